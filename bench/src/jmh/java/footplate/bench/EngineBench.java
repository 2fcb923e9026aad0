package footplate.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.config.Entry;
import footplate.core.config.Settings;
import footplate.core.http.RequestEdit;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.pool.Load;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Gate;
import footplate.core.route.LiveTable;
import footplate.core.route.PoolSignals;
import footplate.core.route.RoutingTable;
import footplate.core.route.Target;
import footplate.proxy.names.Names;
import footplate.proxy.rule.RuleDoor;
import footplate.proxy.access.AccessLogs;
import footplate.proxy.body.SpoolSpace;
import footplate.proxy.files.FileDoor;
import footplate.proxy.flow.Loop;
import footplate.proxy.flow.ProxySettings;
import footplate.proxy.flow.RunTimePools;
import footplate.proxy.http1.ClientConnection;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a small request costs in our own code and Netty's, without the kernel: everything but reading and writing sockets. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.jfr.enabled=false",
            "-Dio.netty.buffer.checkBounds=false",
            "-Dio.netty.buffer.checkAccessible=false",
            "-Dio.netty.leakDetection.level=disabled"
        })
public class EngineBench {
    private static final int BATCH = 10_000;

    /** Clients that take turns; each request finds its connections as the one before left them. */
    @Param({"32"})
    public int clients;

    private final byte[] request = "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n".getBytes(US_ASCII);
    private final byte[] answer =
            "HTTP/1.1 200 OK\r\nServer: bench\r\nDate: Sat, 21 Nov 2026 12:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: 20\r\nConnection: keep-alive\r\n\r\nHello from the app.\n"
                    .getBytes(US_ASCII);
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true, 0, 1, 8_192, 7, 256, 64, true);
    private DefaultEventLoop events;
    private Silent[] connections;
    private Silent[] processes;
    private int made;

    @Setup
    public void start() throws Exception {
        events = new DefaultEventLoop(new DefaultThreadFactory("footplate-loop", true));
        processes = new Silent[clients];
        connections = new Silent[clients];
        var table = new LiveTable();
        var binding = new Entry.Binding("127.0.0.1", 80);
        var app = new AppName("bench");
        var target =
                new Target(new RunId(1), new InstanceId(1), 1, "127.0.0.1:1", new Load(0, false, System.nanoTime()));
        table.publish(
                new RoutingTable(List.of(new AppRoute(
                        app,
                        new Entry(binding.address(), binding.port(), List.of()),
                        List.of(target),
                        new Availability.Serving(),
                        new Gate(app, PoolSignals.NONE, System.nanoTime()),
                        new AppRoute.Terms(
                                true, false, 100, Duration.ofSeconds(10), false, "", Settings.standard())))),
                System.nanoTime());
        var settings = ProxySettings.usual(Path.of("bodies"), mistake -> mistake.printStackTrace(System.err));
        var transport = new Silent.ToProcesses(channel -> processes[made++] = channel);
        var loop = new Loop(
                events,
                transport,
                allocator,
                settings,
                table,
                new FileDoor(settings.settings(), 1, settings.bugs()),
                new SpoolSpace(settings.temporary(), 1 << 20, 1 << 20, 1),
                new AccessLogs(settings.accessLogs(), settings.bugs()),
                new Loop.Shared(
                        new RunTimePools(new Names(events, transport, settings.bugs())),
                        new RuleDoor(settings.bugs())));
        loop.start();
        var lines = RequestEdit.forwardedLines("127.0.0.1", "http", 80, RequestEdit.Choices.PLAIN);
        for (int i = 0; i < clients; i++) {
            connections[i] = new Silent(true);
            connections[i].config().setAllocator(allocator);
            connections[i].pipeline().addLast(new ClientConnection(loop, binding, lines, connections[i]));
            events.register(connections[i]).sync();
        }
        // All at once, so that each has a connection of its own to the process.
        events.submit(() -> {
                    for (var connection : connections) {
                        come(connection, request);
                    }
                })
                .sync();
        events.submit(() -> {
                    for (var process : processes) {
                        come(process, answer);
                    }
                })
                .sync();
        if (made != clients || connections[0].written == 0) {
            throw new IllegalStateException("the engine has not answered");
        }
    }

    private void come(Silent channel, byte[] bytes) {
        channel.pipeline().fireChannelRead(allocator.directBuffer(256).writeBytes(bytes));
        channel.pipeline().fireChannelReadComplete();
    }

    /** As many requests as there are clients, then their answers: the order in which they come under load. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void request() throws Exception {
        long before = connections[0].written;
        int rounds = BATCH / clients;
        events.submit(() -> {
                    for (int round = 0; round < rounds; round++) {
                        round();
                    }
                })
                .sync();
        if (connections[0].written != before + rounds) {
            throw new IllegalStateException("a request was not answered");
        }
    }

    /** On the loop. */
    void round() {
        for (var connection : connections) {
            come(connection, request);
        }
        for (var process : processes) {
            come(process, answer);
        }
    }

    @TearDown
    public void stop() throws Exception {
        events.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
}
