package footplate.daemon.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
    private static final int FILES = 20;

    @TempDir
    Path folder;

    @Test
    void aFolderGoesWithAllThatIsInItAndWhatItsLinksLeadToStays() throws Exception {
        var tree = Files.createDirectories(folder.resolve("tree/a/b/c"));
        var other = fill(Files.createDirectory(folder.resolve("other")));
        fill(tree);
        Files.createSymbolicLink(tree.resolve("link"), other);
        Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("r-x------"));
        Files.setPosixFilePermissions(tree.getParent(), PosixFilePermissions.fromString("---------"));

        FileTree.delete(folder.resolve("tree"));
        FileTree.delete(folder.resolve("tree"));

        assertThat(folder.resolve("tree")).doesNotExist();
        assertIsWhole(other);
    }

    @Test
    void whatIsNestedTooDeepIsToldAndNotFollowedForEver() throws Exception {
        var deep = folder.resolve("deep");
        var inner = deep;
        for (int i = 0; i < FileTree.MOST_LEVELS + 10; i++) {
            inner = inner.resolve("d");
        }
        Files.createDirectories(inner);

        assertThatThrownBy(() -> FileTree.delete(deep)).hasMessageContaining("nested deeper than 200 folders");
    }

    /** Whoever may change the tree puts a link in a folder's place while it is deleted. */
    @Test
    void nothingIsDeletedThroughALinkThatIsPutThereMeanwhile() throws Exception {
        var victim = fill(Files.createDirectory(folder.resolve("victim")));
        var tree = folder.resolve("tree");
        var turning = tree.resolve("turning");
        var aside = folder.resolve("aside");
        var stop = new AtomicBoolean();
        var turns = new AtomicInteger();
        var turner = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                try {
                    Files.move(turning, aside);
                    Files.createSymbolicLink(turning, victim);
                    turns.incrementAndGet();
                    Files.delete(turning);
                    Files.move(aside, turning);
                } catch (IOException deletedMeanwhile) {
                    Thread.onSpinWait();
                }
            }
        });
        try {
            for (int i = 0; i < 300; i++) {
                try {
                    fill(Files.createDirectories(turning));
                    FileTree.delete(tree);
                    FileTree.delete(aside);
                } catch (IOException noticed) {
                    // it may say that somebody meddles with it
                }
                assertIsWhole(victim);
            }
        } finally {
            stop.set(true);
            turner.join();
        }
        assertThat(turns.get()).isPositive();
    }

    private static Path fill(Path folder) throws IOException {
        for (int i = 0; i < FILES; i++) {
            try {
                Files.writeString(folder.resolve("file" + i), "x");
            } catch (IOException movedMeanwhile) {
                return folder;
            }
        }
        return folder;
    }

    private static void assertIsWhole(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(FILES);
        }
    }
}
