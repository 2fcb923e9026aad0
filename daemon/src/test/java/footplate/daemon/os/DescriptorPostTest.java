package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes from process to process by Unix sockets: descriptors, and words for a service manager. */
final class DescriptorPostTest {
    @TempDir
    private Path folder;

    @Test
    void aDescriptorThatWasSentLeadsToTheSameFile() throws Exception {
        var libc = Libc.load();
        var file = folder.resolve("file");
        int ours = libc.openToAppend(file);
        try (var box = DescriptorPost.box(folder.resolve("box"))) {
            DescriptorPost.send(box(), "two", List.of(ours, ours));
            libc.close(ours);

            var message = box.take();

            assertThat(message.text()).isEqualTo("two");
            assertThat(message.descriptors()).hasSize(2).doesNotHaveDuplicates();
            for (int theirs : message.descriptors()) {
                Files.writeString(Path.of("/proc/self/fd/" + theirs), "x", StandardCharsets.US_ASCII);
                libc.close(theirs);
            }
            assertThat(file).isNotEmptyFile();
        }
        assertThat(folder.resolve("box")).doesNotExist();
    }

    @Test
    void asManyAsTheKernelTakesGoInOneMessage() throws Exception {
        var libc = Libc.load();
        int ours = libc.openToAppend(folder.resolve("file"));
        try (var box = DescriptorPost.box(folder.resolve("box"))) {
            DescriptorPost.send(box(), "", java.util.Collections.nCopies(DescriptorPost.MOST, ours));

            var all = box.take().descriptors();

            assertThat(all).hasSize(DescriptorPost.MOST).doesNotHaveDuplicates();
            all.forEach(libc::close);
        }
        libc.close(ours);
    }

    @Test
    void anEmptyBoxAndOneThatIsNotThereAreToldAtOnce() throws Exception {
        try (var box = DescriptorPost.box(folder.resolve("box"))) {
            assertThatThrownBy(box::take).isInstanceOf(IOException.class).hasMessageContaining("box");
        }
        assertThatThrownBy(() -> DescriptorPost.send(box(), "nobody", List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("box");
    }

    @Test
    void whatIsNoListeningSocketIsNotTakenForOne() throws Exception {
        int file = Libc.load().openToAppend(folder.resolve("file"));

        var sockets = ListeningSockets.of(List.of(file));

        assertThat(sockets.count()).isZero();
        assertThat(sockets.take("127.0.0.1", 3000)).isEqualTo(-1);
        assertThat(Path.of("/proc/self/fd/" + file)).doesNotExist();
    }

    @Test
    void socketsForAnotherProcessAreLeftAlone() throws Exception {
        assertThat(ListeningSockets.of(Map.of("LISTEN_PID", "1", "LISTEN_FDS", "2"), 4711)
                        .count())
                .isZero();
        assertThat(ListeningSockets.of(Map.of(), 4711).count()).isZero();
    }

    @Test
    @SuppressWarnings("try") // it is closed before its end, to be told in vain
    void theServiceManagerHearsWhatItIsTold() throws Exception {
        try (var box = DescriptorPost.box(folder.resolve("box"))) {
            var troubles = new ArrayList<String>();
            var services = ServiceManager.of(
                    Map.of(ServiceManager.VARIABLE, box(), "WATCHDOG_USEC", "30000000"), troubles::add);
            int file = Libc.load().openToAppend(folder.resolve("file"));

            services.ready();
            assertThat(box.take().text())
                    .isEqualTo("READY=1\nMAINPID=" + ProcessHandle.current().pid());
            services.alive();
            assertThat(box.take().text()).isEqualTo("WATCHDOG=1");
            services.hold("http-127.0.0.1-3000", file);
            var held = box.take();
            assertThat(held.text()).isEqualTo("FDSTORE=1\nFDNAME=http-127.0.0.1-3000");
            assertThat(held.descriptors()).hasSize(1);
            services.release("http-127.0.0.1-3000");
            assertThat(box.take().text()).isEqualTo("FDSTOREREMOVE=1\nFDNAME=http-127.0.0.1-3000");
            Libc.load().close(file);
            held.descriptors().forEach(Libc.load()::close);
            assertThat(troubles).isEmpty();

            box.close();
            services.stopping();
            services.stopping();
            assertThat(troubles).hasSize(1);
        }
    }

    @Test
    void withoutAServiceManagerNothingIsSaid() {
        assertThat(ServiceManager.of(Map.of(), _ -> {}).isThere()).isFalse();
        assertThat(ServiceManager.of(Map.of(ServiceManager.VARIABLE, "nonsense"), _ -> {})
                        .isThere())
                .isFalse();
        ServiceManager.NONE.ready();
    }

    private String box() {
        return folder.resolve("box").toString();
    }
}
