package footplate.proxy.warm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.config.Entry;
import footplate.core.http.RequestEdit;
import footplate.core.name.AppName;
import footplate.core.pool.Load;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Gate;
import footplate.core.route.LiveTable;
import footplate.core.route.PoolSignals;
import footplate.core.route.RoutingTable;
import footplate.core.route.Target;
import footplate.proxy.flow.Loop;
import footplate.proxy.http1.ClientConnection;
import footplate.proxy.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests through the engine that no client has sent, right after the start, so that classes are loaded and first
 * calls made before a client waits for them. One loop of a running proxy does it, between whatever else it has to do; the
 * requests come and go over Unix sockets in a folder for this user only, with a routing table and counters of their own.
 */
public final class WarmUp {
    /** What comes after so many is no slower than later ones are. */
    private static final int REQUESTS = 64;

    /** Most bytes of a Unix socket's path (sun_path in unix(7), without its end). */
    private static final int MOST_PATH = 107;

    private static final Entry.Binding NOWHERE = new Entry.Binding("127.0.0.1", 0);
    private static final byte[] REQUEST =
            "GET /warm-up?a=b HTTP/1.1\r\nHost: localhost\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok".getBytes(US_ASCII);

    private final Loop loop;
    private final Transport transport;
    private final EventLoop events;
    private final Path folder;
    private final Duration longest;
    private final DomainSocketAddress app;
    private final DomainSocketAddress door;
    private @Nullable Channel appSocket;
    private @Nullable Channel doorSocket;
    private @Nullable Channel client;
    private boolean ended;
    private int answered;
    private final CompletableFuture<Integer> done = new CompletableFuture<>();

    private WarmUp(Loop loop, Path folder, Duration longest, DomainSocketAddress app, DomainSocketAddress door) {
        this.loop = loop;
        this.transport = loop.transport();
        this.events = loop.events();
        this.folder = folder;
        this.longest = longest;
        this.app = app;
        this.door = door;
    }

    /**
     * Begins, and returns at once. Where it cannot be done, for want of a folder or a descriptor, it is left out: it is
     * only for speed.
     *
     * @param temporary where a folder can be made
     * @param longest it ends after this time, however far it is
     * @param loops makes a loop that routes by the table it is given, for this alone
     * @return how many requests were answered, when it is over
     */
    public static CompletableFuture<Integer> begin(
            Path temporary, Duration longest, AppRoute.Terms terms, Function<LiveTable, Loop> loops) {
        try {
            var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            if (!Files.isDirectory(temporary)) {
                Files.createDirectories(temporary, ownerOnly);
            }
            var folder = Files.createTempDirectory(temporary, "w", ownerOnly);
            var app = folder.resolve("a").toString();
            var door = folder.resolve("d").toString();
            if (app.length() > MOST_PATH) {
                Files.delete(folder);
                return CompletableFuture.completedFuture(0);
            }
            var table = new LiveTable();
            long now = System.nanoTime();
            var name = new AppName("warm-up");
            var entry = new Entry(NOWHERE.address(), NOWHERE.port(), List.of());
            var target = Target.server(0, "unix:" + app, new Load(1, false, now));
            table.publish(
                    new RoutingTable(List.of(new AppRoute(
                            name,
                            entry,
                            List.of(target),
                            new Availability.Serving(),
                            new Gate(name, PoolSignals.NONE, now),
                            terms))),
                    now);
            var warmUp = new WarmUp(
                    loops.apply(table), folder, longest, new DomainSocketAddress(app), new DomainSocketAddress(door));
            warmUp.events.execute(warmUp::start);
            return warmUp.done;
        } catch (IOException unusable) {
            // The same folder takes bodies that do not fit into memory: whoever needs it will hear of it.
            return CompletableFuture.completedFuture(0);
        }
    }

    /** An app's terms as most have them, with the proxy's settings. */
    public static AppRoute.Terms terms(footplate.core.config.Settings settings) {
        return new AppRoute.Terms(true, false, 0, Duration.ZERO, false, "", settings);
    }

    private void start() {
        events.schedule(this::end, longest.toMillis(), TimeUnit.MILLISECONDS);
        appSocket = listen(app, new Accepting(accepted -> accepted.pipeline().addLast(new App())));
        doorSocket = listen(
                door,
                new Accepting(accepted -> accepted.pipeline()
                        .addLast(new ClientConnection(
                                loop,
                                NOWHERE,
                                RequestEdit.forwardedLines("127.0.0.1", "http", 80, loop.choices()),
                                accepted))));
        if (appSocket == null || doorSocket == null) {
            end();
            return;
        }
        connect();
    }

    private @Nullable Channel listen(DomainSocketAddress address, Accepting accepting) {
        try {
            var socket = transport.listeningUnix();
            socket.pipeline().addLast(accepting);
            events.register(socket);
            socket.bind(address);
            return socket;
        } catch (RuntimeException noDescriptor) {
            return null;
        }
    }

    private void connect() {
        try {
            var socket = transport.connectingUnix();
            client = socket;
            socket.config().setAllocator(loop.allocator());
            socket.pipeline().addLast(new Asking());
            events.register(socket);
            socket.connect(door).addListener((ChannelFuture done) -> {
                if (done.isSuccess()) {
                    ask();
                } else {
                    end();
                }
            });
        } catch (RuntimeException noDescriptor) {
            end();
        }
    }

    private void ask() {
        var socket = client;
        if (socket == null || ended || answered == REQUESTS) {
            end();
        } else {
            socket.writeAndFlush(Unpooled.wrappedBuffer(REQUEST));
        }
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        close(client);
        close(doorSocket);
        close(appSocket);
        loop.closeClients(true);
        try {
            loop.disk().execute(this::delete);
        } catch (RejectedExecutionException closing) {
            // It stays: an empty folder among temporary files.
            done.complete(answered);
        }
    }

    private void delete() {
        try {
            Files.deleteIfExists(folder.resolve("a"));
            Files.deleteIfExists(folder.resolve("d"));
            Files.deleteIfExists(folder);
        } catch (IOException stays) {
            // An empty folder among temporary files.
        } finally {
            done.complete(answered);
        }
    }

    private static void close(@Nullable Channel channel) {
        if (channel != null) {
            channel.close();
        }
    }

    /** Takes what connects, on the same loop. */
    private final class Accepting extends ChannelInboundHandlerAdapter {
        private final java.util.function.Consumer<Channel> prepare;

        Accepting(java.util.function.Consumer<Channel> prepare) {
            this.prepare = prepare;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            var child = (Channel) accepted;
            transport.accepted(child);
            child.config().setAllocator(loop.allocator());
            prepare.accept(child);
            events.register(child);
        }
    }

    /** Answers whatever comes: requests come one by one here, and each in one piece. */
    private static final class App extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object request) {
            ((ByteBuf) request).release();
            context.writeAndFlush(Unpooled.wrappedBuffer(ANSWER));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** Asks again when an answer is there. */
    private final class Asking extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object answer) {
            var bytes = (ByteBuf) answer;
            // An answer ends with "ok", and no head does.
            int end = bytes.writerIndex();
            boolean whole = bytes.isReadable() && bytes.getByte(end - 1) == 'k';
            bytes.release();
            if (whole) {
                answered++;
                ask();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
