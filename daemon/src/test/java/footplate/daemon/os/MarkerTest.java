package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MarkerTest {
    @Test
    void whatIsStrippedBelongsToNoRunAndNoHome() {
        var environment = new HashMap<>(Map.of("PATH", "/bin"));
        Marker.fresh(Marker.RUN).mark(environment);
        Marker.fresh(Marker.LEASH).mark(environment);
        assertThat(environment).hasSize(3);

        Marker.strip(environment);

        assertThat(environment).containsExactly(Map.entry("PATH", "/bin"));
    }

    @Test
    void anEnvironmentIsNotPrinted() {
        var request = new SpawnRequest(
                List.of("node", "app.js"),
                Path.of("/srv"),
                Map.of("DATABASE_PASSWORD", "hunter2"),
                Path.of("/o"),
                Path.of("/e"),
                0);

        assertThat(request.toString()).contains("node app.js").doesNotContain("hunter2");
    }
}
