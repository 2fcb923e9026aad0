package footplate.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.proxy.listen.ListenFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A small request through the whole engine and real sockets, one at a time. Client and process are threads of this JVM that
 * allocate nothing per request, so that {@code gc.alloc.rate.norm} is what the engine allocates. The time is mostly
 * that of four threads' wake-ups: for the cost per request see {@code ./bench/run proxy}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
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
public class RequestBench {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nHello\n".getBytes(US_ASCII);

    private final ByteBuffer request = direct("GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n".getBytes(US_ASCII));
    private final ByteBuffer answer = ByteBuffer.allocateDirect(4_096);
    private Path socket;
    private ServerSocketChannel process;
    private Bare bare;
    private SocketChannel client;

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Setup
    public void start() throws IOException, ListenFailure {
        socket = Files.createTempDirectory("footplate-bench").resolve("socket");
        process = ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX);
        process.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().start(this::serve);
        bare = new Bare("unix:" + socket, 1, "");
        client = SocketChannel.open(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), bare.port()));
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** Answers one connection; a request comes in one piece here. */
    private void serve() {
        var in = ByteBuffer.allocateDirect(4_096);
        var out = direct(ANSWER);
        try (var connection = process.accept()) {
            while (connection.read(in.clear()) > 0) {
                connection.write(out.rewind());
            }
        } catch (IOException ended) {
            // The benchmark is over.
        }
    }

    @Benchmark
    public int request() throws IOException {
        client.write(request.rewind());
        answer.clear();
        // The body is at the end, and it ends with the only line feed that no carriage return precedes.
        do {
            if (client.read(answer) < 0) {
                throw new IOException("the proxy has closed the connection");
            }
        } while (answer.get(answer.position() - 2) != 'o');
        return answer.position();
    }

    @TearDown
    public void stop() throws IOException {
        client.close();
        bare.close();
        process.close();
        Files.deleteIfExists(socket);
        Files.deleteIfExists(socket.getParent());
    }
}
