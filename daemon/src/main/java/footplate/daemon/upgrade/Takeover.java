package footplate.daemon.upgrade;

import footplate.api.client.CallFailed;
import footplate.api.client.ControlClient;
import footplate.api.client.HomeLayout;
import footplate.core.keep.AppState;
import footplate.core.keep.State;
import footplate.core.name.RunId;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Phase;
import footplate.daemon.os.DescriptorPost;
import footplate.daemon.os.ListeningSockets;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An upgrade, as the new daemon does it (the old one's side is {@link Handover}): it says hello, is given the listening sockets
 * once the old one has let go of the home, begins as after the old one's sudden death, and says that it serves. If the old one
 * really dies meanwhile, it goes on all the same.
 */
public final class Takeover {
    /** The launcher's hidden command: the daemon in this process, in this session. */
    public static final String COMMAND = "service";

    /** The variable that names the socket where the old daemon waits. */
    public static final String VARIABLE = "FOOTPLATE_HANDOVER";

    private static final Duration TAKE = Duration.ofSeconds(60);

    private final Link link;
    private final DescriptorPost box;
    private final List<RunId> inHand = new ArrayList<>();
    private ListeningSockets sockets = ListeningSockets.none();

    private Takeover(Link link, DescriptorPost box) {
        this.link = link;
        this.box = box;
    }

    /**
     * Meets the old daemon.
     *
     * @param socket where it waits
     * @param place where sockets can be sent to
     */
    public static Takeover meet(Path socket, Path place, String version) throws IOException {
        var box = DescriptorPost.box(place);
        try {
            var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            var takeover = new Takeover(new Link(channel), box);
            takeover.link.send("hello " + ProcessHandle.current().pid() + " " + version);
            return takeover;
        } catch (IOException failure) {
            box.close();
            throw failure;
        }
    }

    /** Has the daemon that is there hand over to this one, and meets it. */
    public static Takeover ask(HomeLayout layout, String version) throws IOException, InterruptedException {
        var expected = new CompletableFuture<@Nullable Void>();
        Thread.ofVirtual().name("ask-to-hand-over").start(() -> {
            try {
                new ControlClient(layout.controlSocket()).upgrade(null, _ -> expected.complete(null));
            } catch (CallFailed failed) {
                expected.completeExceptionally(failed);
            }
        });
        try {
            expected.get(TAKE.toSeconds(), TimeUnit.SECONDS);
            return meet(layout.handoverSocket(), layout.handoverBox(), version);
        } catch (ExecutionException | TimeoutException failure) {
            throw new IOException("the daemon that is there does not hand over: " + failure.getMessage(), failure);
        }
    }

    /** Waits until the old daemon has let go of the home, or is gone. Once. */
    public void await() throws IOException, InterruptedException {
        try (box) {
            var line = link.next(TAKE);
            if (line == null || !line.startsWith("take ")) {
                return;
            }
            var descriptors = new ArrayList<Integer>();
            for (int messages = Integer.parseInt(line.substring(5)); messages > 0; messages--) {
                descriptors.addAll(box.take().descriptors());
            }
            sockets = ListeningSockets.of(descriptors);
        }
    }

    /** What the old daemon listened on. */
    public ListeningSockets sockets() {
        return sockets;
    }

    /** Processes that were on their way out may still have requests of the old daemon's in hand: they drain. */
    public State adapt(State found, Instant now) {
        var apps = new TreeMap<>(found.apps());
        apps.replaceAll((_, app) ->
                app.with(app.instances().stream().map(i -> adapt(app, i, now)).toList()));
        return new State(
                apps, found.nextInstance(), found.nextRun(), found.leaving(), found.settings(), found.configured());
    }

    private Instance adapt(AppState app, Instance instance, Instant now) {
        return switch (instance.phase()) {
            case Phase.Stopping stopping -> {
                var process = stopping.process();
                if (process == null) {
                    yield instance;
                }
                inHand.add(stopping.run());
                yield instance.in(new Phase.Draining(
                        stopping.run(),
                        process,
                        now.plus(app.definition().stop().drainTimeout())));
            }
            case Phase.Up _, Phase.Starting _, Phase.Draining _, Phase.Waiting _, Phase.Failed _ -> instance;
        };
    }

    /** Has the old daemon told of all that is published and drained; before anything is. */
    public void follows(Drains drains) {
        drains.add(link);
        Thread.ofVirtual().name("predecessor").start(() -> {
            try {
                for (var line = link.next(); line != null; line = link.next()) {
                    if (line.startsWith("drained ")) {
                        drains.drained(link, new RunId(Long.parseLong(line.substring(8))));
                    }
                }
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
            } finally {
                drains.remove(link);
            }
        });
    }

    /**
     * Tells the old daemon that this one serves.
     *
     * @param drain has a run drained
     */
    public void serves(Consumer<RunId> drain) {
        link.send("serving");
        inHand.forEach(drain);
    }
}
