package footplate.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GivenMemoryTest {
    private static final GivenMemory GIVEN = new GivenMemory(65_000_000, 256 << 20);

    @ParameterizedTest
    @CsvSource({
        "CONNECTION_MEMORY, 256MB, 257MB, -XX:MaxDirectMemorySize",
        "BUFFER_MEMORY_TOTAL, 128MB, 512MB, -XX:MaxDirectMemorySize",
        "FILE_CACHE, 15MB, 16MB, FOOTPLATE_HEAP",
        "TEMP_DISK_TOTAL, 1024TB, ,"
    })
    void whatThereIsMemoryForIsTakenAndMoreIsRefused(
            Setting setting, String fits, @Nullable String isTooMuch, @Nullable String givesMore) {
        assertThat(GIVEN.problem(setting, Settings.standard().with(setting, fits)))
                .isNull();
        if (isTooMuch != null) {
            assertThat(GIVEN.problem(setting, Settings.standard().with(setting, isTooMuch)))
                    .isNotNull()
                    .satisfies(wrong -> {
                        assertThat(wrong.where()).isEqualTo(setting.label());
                        assertThat(wrong.what()).contains("'" + isTooMuch + "'");
                        assertThat(wrong.mend()).contains("Write " + fits + " or less", "" + givesMore);
                    });
        }
    }

    @Test
    void everyDefaultFitsIntoWhatTheLauncherGives() {
        for (var setting : Setting.values()) {
            assertThat(GIVEN.problem(setting, Settings.standard()))
                    .describedAs(setting.label())
                    .isNull();
        }
    }

    @Test
    void whatWasKeptAndNoLongerFitsHasItsDefault() {
        var kept = Settings.standard().with(Setting.FILE_CACHE, "1GB").with(Setting.TRIES, "2");
        var told = new ArrayList<Problem>();

        assertThat(GIVEN.within(kept, told::add)).isEqualTo(Settings.standard().with(Setting.TRIES, "2"));
        assertThat(told).extracting(Problem::where).containsExactly("file-cache");
        assertThat(GIVEN.problems(kept)).isEqualTo(told);
    }
}
