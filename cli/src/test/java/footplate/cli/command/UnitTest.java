package footplate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class UnitTest {
    @Test
    void itSaysWhatSystemdHasToKnow() {
        var unit = new Unit("ada", Path.of("/home/ada/.footplate"), "/opt/footplate", Map.of("PATH", "/usr/bin:/bin"));

        assertThat(unit.name()).isEqualTo("footplate-ada.service");
        assertThat(unit.file()).isEqualTo(Path.of("/etc/systemd/system/footplate-ada.service"));
        assertThat(unit.text().lines())
                .contains(
                        "User=ada",
                        "Environment=\"FOOTPLATE_HOME=/home/ada/.footplate\"",
                        "Environment=\"PATH=/usr/bin:/bin\"",
                        "ExecStart=\"/opt/footplate\" service",
                        "ExecReload=\"/opt/footplate\" upgrade",
                        "Type=notify",
                        "NotifyAccess=all",
                        "KillMode=process",
                        "Restart=always",
                        "Delegate=yes");
    }

    /** systemd.syntax(7) and systemd.service(5), "Command lines". */
    @Test
    void whatSystemdWouldReadOtherwiseIsQuoted() {
        var unit = new Unit(
                "ada", Path.of("/srv/100 % \"best\""), "/opt/a b/$x/footplate", Map.of("PATH", "C:\\bin:$HOME"));

        assertThat(unit.text().lines())
                .contains(
                        "Environment=\"FOOTPLATE_HOME=/srv/100 %% \\\"best\\\"\"",
                        "Environment=\"PATH=C:\\\\bin:$HOME\"", "ExecStart=\"/opt/a b/$$x/footplate\" service");
    }
}
