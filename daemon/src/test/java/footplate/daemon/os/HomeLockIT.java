package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path home;

    @Test
    void onlyOneDaemonHasAHomeUntilItEndsInWhateverWay() throws Exception {
        try (var daemon = AnotherDaemon.start(List.of(), "lock", home.toString())) {
            assertThat(daemon.line()).isEqualTo("true");
            assertThat(HomeLock.tryTake(home)).isEmpty();
            daemon.kill();
        }
        try (var lock = HomeLock.tryTake(home).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(othersCanTakeIt()).isFalse();
        }
        assertThat(othersCanTakeIt()).isTrue();
    }

    /** To open and close a locked file once more would drop the process's lock without a word (fcntl(2)). */
    @Test
    void aSecondTryInTheSameProcessFailsAndDoesNotLoosenTheFirst() throws Exception {
        try (var lock = HomeLock.tryTake(home).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(HomeLock.tryTake(home)).isEmpty();
            assertThat(HomeLock.tryTake(home.resolve("../" + home.getFileName())))
                    .isEmpty();
            assertThat(othersCanTakeIt()).isFalse();
        }
    }

    @Test
    void whatAnEarlierDaemonLeftInTheFileIsNoHindrance() throws Exception {
        Files.writeString(home.resolve("daemon.lock"), "4242 of last year\n");
        HomeLock.tryTake(home).orElseThrow().close();
        HomeLock.tryTake(home).orElseThrow().close();
    }

    private boolean othersCanTakeIt() throws Exception {
        try (var daemon = AnotherDaemon.start(List.of(), "lock", home.toString())) {
            return Boolean.parseBoolean(daemon.line());
        }
    }
}
