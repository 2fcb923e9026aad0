package footplate.daemon.output;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastLinesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void theLastOnesComeOldestFirst() throws Exception {
        Files.writeString(log(), "a\nb\nc\nd\n");
        assertThat(LastLines.of(log(), 2)).containsExactly("c", "d");
        assertThat(LastLines.of(log(), 9)).containsExactly("a", "b", "c", "d");
        assertThat(LastLines.of(log(), 0)).isEmpty();
    }

    @Test
    void anUnfinishedLineAndEmptyOnesCount() throws Exception {
        Files.writeString(log(), "a\n\n\nunfinished");
        assertThat(LastLines.of(log(), 3)).containsExactly("", "", "unfinished");
    }

    @Test
    void noFileHasNoLines() throws Exception {
        assertThat(LastLines.of(log(), 5)).isEmpty();
        Files.createFile(log());
        assertThat(LastLines.of(log(), 5)).isEmpty();
    }

    @Test
    void aLineAcrossARotationIsWhole() throws Exception {
        Files.writeString(LogFiles.part(log(), 2), "first\nsec");
        Files.writeString(LogFiles.part(log(), 1), "ond\nth");
        Files.writeString(log(), "ird\n");
        assertThat(LastLines.of(log(), 1)).containsExactly("third");
        assertThat(LastLines.of(log(), 2)).containsExactly("second", "third");
        assertThat(LastLines.of(log(), 7)).containsExactly("first", "second", "third");
    }

    @Test
    void aGlanceAtAHugeLogDoesNotReadAllOfIt() throws Exception {
        try (var channel = FileChannel.open(log(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // 1 TiB of nothing: to read it would take minutes.
            channel.write(ByteBuffer.wrap("\nlast\n".getBytes(StandardCharsets.US_ASCII)), 1L << 40);
        }
        assertThat(LastLines.of(log(), 1)).containsExactly("last");
        assertThat(LastLines.of(log(), 2)).hasSize(2).last().isEqualTo("last");
    }

    @Test
    void itAgreesWithReadingEverything() {
        Seeds.each(300, random -> {
            try {
                var all = new StringBuilder();
                var lines = new ArrayList<String>();
                for (int i = random.nextInt(40); i > 0; i--) {
                    var line = "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 40_000 : 20));
                    lines.add(line.length() > 4096 ? line.substring(0, 4096) + "…" : line);
                    all.append(line).append('\n');
                }
                int cut = random.nextInt(all.length() + 1);
                Files.writeString(LogFiles.part(log(), 1), all.substring(0, cut));
                Files.writeString(log(), all.substring(cut));
                int count = random.nextInt(45);
                assertThat(LastLines.of(log(), count))
                        .isEqualTo(lines.subList(Math.max(0, lines.size() - count), lines.size()));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }

    private Path log() {
        return folder.resolve("app.log");
    }
}
