package footplate.proxy.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfinedTest {
    @TempDir
    Path folder;

    private Path root;
    private Path outside;

    @BeforeEach
    void files() throws IOException {
        root = Files.createDirectory(folder.resolve("public")).toRealPath();
        outside = Files.createDirectory(folder.resolve("outside")).toRealPath();
        Files.createDirectories(root.resolve("a/b"));
        Files.writeString(root.resolve("a/b/c.txt"), "INSIDE");
        Files.createDirectories(outside.resolve("b"));
        Files.writeString(outside.resolve("b/c.txt"), "SECRET");
    }

    private static String read(FileChannel channel) throws IOException {
        try (channel) {
            var bytes = ByteBuffer.allocate(6);
            channel.read(bytes, 0);
            return new String(bytes.array(), US_ASCII);
        }
    }

    private Stamp found(String path) throws IOException {
        return ((Confined.Look.Plain) Confined.look(root, root.resolve(path), false)).stamp();
    }

    @Test
    void aLinkCountsWhereItLeads() throws IOException {
        Files.createDirectories(root.resolve(".git"));
        Files.writeString(root.resolve(".git/config"), "SECRET");
        Files.createDirectories(root.resolve(".well-known/acme"));
        Files.writeString(root.resolve(".well-known/acme/token"), "INSIDE");
        Files.createSymbolicLink(root.resolve("plain"), root.resolve(".git/config"));
        Files.createSymbolicLink(root.resolve("folder"), root.resolve(".git"));
        Files.createSymbolicLink(root.resolve("acme"), root.resolve(".well-known/acme"));
        for (var hidden : new String[] {"plain", "folder", "folder/config", ".git/config"}) {
            assertThat(Confined.look(root, root.resolve(hidden), false)).isEqualTo(new Confined.Look.Refused());
        }
        assertThat(Confined.look(root, root.resolve("plain"), true)).isInstanceOf(Confined.Look.Plain.class);
        assertThat(read(Confined.open(root, found("acme/token"), true))).isEqualTo("INSIDE");
    }

    @Test
    void whatIsFoundIsOpened() throws IOException {
        assertThat(read(Confined.open(root, found("a/b/c.txt"), true))).isEqualTo("INSIDE");
        Files.createSymbolicLink(root.resolve("link"), root.resolve("a"));
        assertThat(read(Confined.open(root, found("link/b/c.txt"), true))).isEqualTo("INSIDE");
        Files.createSymbolicLink(root.resolve("out"), outside);
        assertThat(Confined.look(root, root.resolve("out/b/c.txt"), false)).isEqualTo(new Confined.Look.Refused());
        assertThat(Confined.look(root, root.resolve("a/b"), false)).isEqualTo(new Confined.Look.Folder());
        assertThat(Confined.look(root, root.resolve("../outside/b/c.txt"), false))
                .isEqualTo(new Confined.Look.Refused());
        assertThat(Confined.look(root, Path.of("/dev/null"), false)).isEqualTo(new Confined.Look.Refused());
    }

    @Test
    void aLinkPutInPlaceOfAFolderAfterTheLookIsNotFollowed() throws IOException {
        var found = found("a/b/c.txt");
        Files.move(root.resolve("a"), root.resolve("was"));
        Files.createSymbolicLink(root.resolve("a"), outside);
        assertThatThrownBy(() -> Confined.open(root, found, true)).isInstanceOf(IOException.class);
    }

    @Test
    void aLinkPutInPlaceOfTheFileAfterTheLookIsNotFollowed() throws IOException {
        var found = found("a/b/c.txt");
        Files.delete(root.resolve("a/b/c.txt"));
        Files.createSymbolicLink(root.resolve("a/b/c.txt"), outside.resolve("b/c.txt"));
        assertThatThrownBy(() -> Confined.open(root, found, true)).isInstanceOf(IOException.class);
    }

    @Test
    void anotherFileIsNotOpenedForTheOneThatWasFound() throws IOException {
        var found = found("a/b/c.txt");
        Files.writeString(root.resolve("new"), "NEWER!");
        Files.move(root.resolve("new"), root.resolve("a/b/c.txt"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> Confined.open(root, found, true)).isInstanceOf(IOException.class);
    }

    @Test
    void aFileThatGrewIsOpenedOnlyWhereThatIsAllowed() throws IOException {
        var found = found("a/b/c.txt");
        Files.writeString(root.resolve("a/b/c.txt"), "INSIDE and more");
        assertThatThrownBy(() -> Confined.open(root, found, true)).isInstanceOf(Confined.Changed.class);
        assertThat(read(Confined.open(root, found, false))).isEqualTo("INSIDE");
        Files.writeString(root.resolve("a/b/c.txt"), "less");
        assertThatThrownBy(() -> Confined.open(root, found, false)).isInstanceOf(Confined.Changed.class);
    }

    @Test
    void whileLinksComeAndGoNothingOutsideIsEverRead() throws Exception {
        var done = new AtomicBoolean();
        Files.createSymbolicLink(folder.resolve("evil"), outside);
        var swapper = Thread.ofPlatform().start(() -> {
            try {
                while (!done.get()) {
                    Files.move(root.resolve("a"), folder.resolve("aside"), StandardCopyOption.ATOMIC_MOVE);
                    Files.move(folder.resolve("evil"), root.resolve("a"), StandardCopyOption.ATOMIC_MOVE);
                    Files.move(root.resolve("a"), folder.resolve("evil"), StandardCopyOption.ATOMIC_MOVE);
                    Files.move(folder.resolve("aside"), root.resolve("a"), StandardCopyOption.ATOMIC_MOVE);
                    LockSupport.parkNanos(500_000);
                }
            } catch (IOException failure) {
                throw new AssertionError(failure);
            }
        });
        int inside = 0;
        long until = System.nanoTime() + 1_000_000_000L;
        while (System.nanoTime() < until) {
            try {
                if (Confined.look(root, root.resolve("a/b/c.txt"), false) instanceof Confined.Look.Plain(var stamp)) {
                    assertThat(read(Confined.open(root, stamp, true))).isEqualTo("INSIDE");
                    inside++;
                }
            } catch (IOException swapped) {
                assertThat(swapped).isNotNull();
            }
        }
        done.set(true);
        swapper.join();
        assertThat(inside).isPositive();
    }
}
