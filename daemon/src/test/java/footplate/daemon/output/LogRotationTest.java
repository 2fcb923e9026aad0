package footplate.daemon.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import footplate.core.name.AppName;
import footplate.daemon.os.FileSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LogRotationTest {
    private static final long SIZE = 64 * 1024;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    static Stream<HeadRelease> ways() {
        return Stream.of(new FileSpace()::releaseHead, HeadRelease.NONE);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void thePartsAndTheLiveFileAreTheOutputByteForByte(HeadRelease way) throws Exception {
        var rotation = new LogRotation(SIZE, 100, way);
        var all = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            var text = "line %06d of what an app prints\n".formatted(i).repeat(300);
            all.append(text);
            append(text);
            while (rotation.rotate(live())) {
                // until small enough
            }
            assertThat(Files.size(live())).isLessThanOrEqualTo(SIZE);
        }
        assertThat(LogFiles.parts(live())).hasSizeGreaterThan(4);
        assertThat(everything()).isEqualTo(all.toString());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void onlySoManyPartsAreKept(HeadRelease way) throws Exception {
        var rotation = new LogRotation(SIZE, 2, way);
        for (int i = 0; i < 30; i++) {
            append("%06d\n".formatted(i).repeat(3_000));
            rotation.rotate(live());
        }
        assertThat(LogFiles.parts(live())).hasSize(2);
        assertThat(everything()).endsWith("000029\n").doesNotContain("000001");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void aFloodIsNotCopiedWhereItWouldDropOutAtOnce() throws Exception {
        var rotation = new LogRotation(SIZE, 2, new FileSpace()::releaseHead);
        append("old\n".repeat(20_000));
        rotation.rotate(live());
        for (int i = 0; i < 400_000; i += 10_000) {
            append("%07d\n".formatted(i).repeat(10_000));
        }
        long before = Files.size(live());
        assertThat(rotation.rotate(live())).isTrue();
        assertThat(before - Files.size(live())).isGreaterThan(before - 3 * SIZE);
        assertThat(everything()).doesNotContain("old").endsWith("0390000\n");
    }

    @Test
    void aSmallFileAndAMissingOneAreLeftAlone() throws Exception {
        var rotation = LogRotation.usual(new FileSpace()::releaseHead);
        assertThat(rotation.rotate(live())).isFalse();
        append("small\n");
        assertThat(rotation.rotate(live())).isFalse();
        assertThat(live()).hasContent("small\n");
    }

    @Test
    void aFailedRotationLeavesTheLogWhole() throws Exception {
        HeadRelease broken = (_, _) -> {
            throw new IOException("no space left on device");
        };
        append("x\n".repeat(50_000));
        assertThatIOException().isThrownBy(() -> new LogRotation(SIZE, 2, broken).rotate(live()));
        assertThat(everything()).isEqualTo("x\n".repeat(50_000));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(live());
        }
    }

    @Test
    void aRotationThatDiedHalfwayIsFinishedOrUndone() throws Exception {
        var rotation = new LogRotation(SIZE, 2, HeadRelease.NONE);
        // died before the bytes were taken out of the live file
        append("one\ntwo\n");
        Files.writeString(LogFiles.moving(live()), "one\n");
        rotation.recover(live());
        assertThat(everything()).isEqualTo("one\ntwo\n");
        // died after that
        Files.writeString(LogFiles.part(live(), 1), "zero\n");
        Files.writeString(LogFiles.moving(live()), "one\n");
        Files.writeString(live(), "two\n");
        rotation.recover(live());
        assertThat(everything()).isEqualTo("zero\none\ntwo\n");
        assertThat(LogFiles.moving(live())).doesNotExist();
    }

    @Test
    void limitsThatCannotBeKeptAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LogRotation(1024, 5, HeadRelease.NONE));
        assertThatIllegalArgumentException().isThrownBy(() -> new LogRotation(SIZE, 0, HeadRelease.NONE));
    }

    @Test
    void logsAreTheirOwnersOnly() throws Exception {
        var files = new LogFiles(folder);
        var pair = files.prepare(new AppName("hello"), 3);
        assertThat(pair.out()).isEqualTo(folder.resolve("logs/hello-3.out.log"));
        assertThat(pair.err()).isEqualTo(folder.resolve("logs/hello-3.err.log"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("logs"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pair.out())))
                .isEqualTo("rw-------");
        Files.writeString(pair.out(), "kept");
        files.prepare(new AppName("hello"), 3);
        assertThat(pair.out()).hasContent("kept");
        Files.writeString(LogFiles.part(pair.out(), 1), "older");
        files.delete(new AppName("hello"), 3);
        assertThat(folder.resolve("logs")).isEmptyDirectory();
    }

    private void append(String text) throws IOException {
        Files.writeString(live(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private String everything() throws IOException {
        var all = new StringBuilder();
        for (var part : LogFiles.parts(live())) {
            all.append(Files.readString(part));
        }
        return all.append(Files.readString(live())).toString();
    }

    private Path live() {
        return folder.resolve("app.out.log");
    }
}
