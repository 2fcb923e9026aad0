package footplate.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.http.ChunkedBody;
import footplate.core.http.HeadBytes;
import footplate.core.http.RequestEdit;
import footplate.core.http.RequestHead;
import footplate.core.http.ResponseEdit;
import footplate.core.http.ResponseHead;
import footplate.proxy.upstream.Chunks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What heads and chunked framing cost: reading, and writing what goes further. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HeadBench {
    /** As wrk and health checks ask. */
    private final byte[] smallRequest =
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n".getBytes(US_ASCII);

    /** As browsers ask. */
    private final byte[] browserRequest = String.join(
                    "\r\n",
                    "GET /articles/2026/an-article?from=home HTTP/1.1",
                    "Host: www.example.org",
                    "Connection: keep-alive",
                    "sec-ch-ua: \"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\"",
                    "sec-ch-ua-mobile: ?0",
                    "sec-ch-ua-platform: \"Linux\"",
                    "Upgrade-Insecure-Requests: 1",
                    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
                    "Sec-Fetch-Site: same-origin",
                    "Sec-Fetch-Mode: navigate",
                    "Sec-Fetch-User: ?1",
                    "Sec-Fetch-Dest: document",
                    "Referer: https://www.example.org/",
                    "Accept-Encoding: gzip, deflate, br, zstd",
                    "Accept-Language: en-GB,en;q=0.9,de;q=0.8",
                    "Cookie: session=5f2b9c0e7d1a4b6c8e9f0a1b2c3d4e5f; theme=dark; consent=yes",
                    "",
                    "")
            .getBytes(US_ASCII);

    /** As Node answers. */
    private final byte[] answer = ("HTTP/1.1 200 OK\r\nX-Powered-By: Express\r\nContent-Type: text/html; charset=utf-8\r\n"
                    + "Content-Length: 612\r\nETag: W/\"264-XvYk2JmLq3\"\r\nDate: Sat, 21 Nov 2026 12:00:00 GMT\r\n"
                    + "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n")
            .getBytes(US_ASCII);

    private final byte[] forwarded = RequestEdit.forwardedLines("203.0.113.7", "http", 80, RequestEdit.Choices.PLAIN);
    private final byte[] date = "Sat, 21 Nov 2026 12:00:00 GMT".getBytes(US_ASCII);
    private final RequestHead request = new RequestHead(16_384);
    private final ResponseHead response = new ResponseHead();
    private final HeadBytes out = new HeadBytes(8_192);
    private final ChunkedBody chunks = new ChunkedBody();
    private final ByteBuf chunked = Unpooled.directBuffer()
            .writeBytes(("400\r\n" + "x".repeat(1024) + "\r\n400\r\n" + "x".repeat(1024) + "\r\n0\r\n\r\n").getBytes(US_ASCII));

    @Benchmark
    public int smallRequest() {
        request.read(smallRequest, 0, smallRequest.length);
        RequestEdit.write(request, forwarded, RequestEdit.Choices.PLAIN, out);
        return out.length();
    }

    @Benchmark
    public int browserRequest() {
        request.read(browserRequest, 0, browserRequest.length);
        RequestEdit.write(request, forwarded, RequestEdit.Choices.PLAIN, out);
        return out.length();
    }

    @Benchmark
    public int answer() {
        response.read(answer, 0, answer.length);
        ResponseEdit.write(response, ResponseEdit.Persistence.SILENT, false, false, date, out);
        return out.length();
    }

    @Benchmark
    public int twoChunks() {
        chunks.reset();
        return Chunks.follow(chunks, chunked);
    }
}
