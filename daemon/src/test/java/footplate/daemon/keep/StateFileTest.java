package footplate.daemon.keep;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.keep.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    @TempDir
    private Path folder;

    private final List<String> troubles = new ArrayList<>();

    @Test
    void settingsComeBackAsTheyWereWritten() throws Exception {
        var settings = Settings.standard()
                .with(Setting.READ_TIMEOUT, "90s")
                .with(Setting.ERROR_PAGES, "/srv/\u00f6rror \"pages\"")
                .with(Setting.VIA, "on");
        var file = folder.resolve("state.json");
        try (var state = new StateFile(file, troubles::add)) {
            state.save(State.EMPTY.with(settings));
            state.written().get();
        }

        assertThat(StateFile.read(file, troubles::add).settings()).isEqualTo(settings);
        assertThat(troubles).isEmpty();
    }

    @Test
    void whatThisVersionDoesNotKnowIsLeftOutAndToldAndKeepsNothingElseFromComingBack() throws Exception {
        var file = folder.resolve("state.json");
        Files.writeString(file, """
                {"format":1,"nextInstance":3,"nextRun":4,"settings":{"tries":"2","colour":"red","via":"maybe"},"apps":[]}
                """);

        var read = StateFile.read(file, troubles::add);

        assertThat(read.settings()).isEqualTo(Settings.standard().with(Setting.TRIES, "2"));
        assertThat(read.nextInstance()).isEqualTo(3);
        assertThat(troubles).hasSize(2).anyMatch(t -> t.contains("colour")).anyMatch(t -> t.contains("via"));
    }

    @Test
    void aFileOfAnEarlierVersionHasNoSettings() throws Exception {
        var file = folder.resolve("state.json");
        Files.writeString(file, "{\"format\":1,\"nextInstance\":3,\"nextRun\":4,\"apps\":[]}");

        assertThat(StateFile.read(file, troubles::add).settings()).isEqualTo(Settings.standard());
    }
}
