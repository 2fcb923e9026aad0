package footplate.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.http.ResponseEdit.Persistence;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What becomes of a head on its way through. */
class EditTest {
    private static final byte[] LINES = RequestEdit.forwardedLines("9.9.9.9", "http", 3_000, RequestEdit.Choices.PLAIN);

    private static String forwarded(String request, boolean underscores) {
        var bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        var head = new RequestHead(10_000);
        int end = head.read(bytes, 0, bytes.length);
        if (end < 0) {
            return end == RequestHead.REFUSED ? head.refusal().name() : "INCOMPLETE";
        }
        assertThat(end).isEqualTo(bytes.length);
        var out = new HeadBytes(8);
        RequestEdit.write(head, LINES, new RequestEdit.Choices(underscores, false, false), out);
        return out.toString();
    }

    @Test
    void underscoredNamesPassOnlyIfWanted() {
        var request = "GET / HTTP/1.1\r\nHost: a\r\nX_Mine: 1\r\n\r\n";
        assertThat(forwarded(request, false)).doesNotContain("X_Mine");
        assertThat(forwarded(request, true)).contains("X_Mine: 1\r\n");
    }

    @Test
    void aConnectionKeepsWhatWasChosenWhenItBegan() {
        var bytes = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        var head = new RequestHead(100);
        assertThat(head.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        var wanted = new RequestEdit.Choices(false, false, true);
        var out = new HeadBytes(8);
        RequestEdit.write(head, LINES, wanted, out);
        assertThat(out.toString()).contains("X-Real-IP: 9.9.9.9\r\nX-Forwarded-Host: a\r\n\r\n");
        var lines = RequestEdit.forwardedLines("::1", "http", 3_000, wanted);
        RequestEdit.write(head, lines, RequestEdit.Choices.PLAIN, out);
        assertThat(out.toString()).contains("Forwarded: for=\"[::1]\";proto=http;host=\"a\"\r\nX-Forwarded-Host");
    }

    @Test
    void framingAndHostCannotBeNamedAway() {
        assertThat(forwarded(
                        "POST / HTTP/1.1\r\nHost: a\r\nConnection: Content-Length, Host, X-A\r\nContent-Length: 3\r\nX-A: 1\r\n\r\n",
                        false))
                .contains("Content-Length: 3\r\n", "Host: a\r\n")
                .doesNotContain("X-A");
    }

    @Test
    void noClientTellsAnAppHowItsFilesAreToBeNamed() {
        var request =
                "GET / HTTP/1.1\r\nHost: a\r\nX-Sendfile-Type: X-Accel-Redirect\r\nx-accel-mapping: /=/private/\r\n"
                        + "X_Sendfile_Type: X-Sendfile\r\nX_Accel_Mapping: /=/\r\nX-Sendfile-Types: 1\r\n\r\n";

        assertThat(forwarded(request, true))
                .contains("X-Sendfile-Types: 1\r\n")
                .doesNotContainIgnoringCase("X-Sendfile-Type:", "X-Accel-Mapping", "X_Sendfile", "X_Accel");
    }

    @Test
    void whateverAClientSendsTheProcessSeesOneTruth() {
        var names = new String[] {
            "X-Forwarded-For", "x-real-ip", "Forwarded", "Connection", "CONNECTION", "Keep-Alive", "TE", "Upgrade",
                    "Proxy",
            "X-Forwarded-Host", "X-A", "X-B", "Accept", "Cookie", "Content-Length", "Transfer-Encoding", "Host",
                    "Proxy-Connection"
        };
        var values = new String[] {
            "close",
            "X-A",
            "x-forwarded-for, x-b",
            "keep-alive",
            "websocket",
            "chunked",
            "7",
            "6.6.6.6",
            "upgrade, x-real-ip",
            ""
        };
        Seeds.each(20_000, random -> {
            var request = new StringBuilder("POST /p HTTP/1.1\r\nHost: a\r\n");
            for (int i = random.nextInt(7); i > 0; i--) {
                request.append(names[random.nextInt(names.length)]).append(": ");
                request.append(values[random.nextInt(values.length)]).append("\r\n");
            }
            var seen = forwarded(request.append("\r\n").toString(), false);
            if (!seen.contains("\r\n")) {
                return;
            }
            assertThat(once(seen, "x-forwarded-for: 9.9.9.9")).isTrue();
            assertThat(once(seen, "x-real-ip: 9.9.9.9")).isTrue();
            assertThat(once(seen, "x-forwarded-host: a")).isTrue();
            assertThat(once(seen, "host: a")).isTrue();
            assertThat(count(seen, "x-forwarded-for:")).isEqualTo(1);
            assertThat(count(seen, "content-length:") + count(seen, "transfer-encoding:"))
                    .isLessThan(2);
            for (var gone : new String[] {
                "connection:", "keep-alive:", "te:", "upgrade:", "proxy:", "forwarded:", "proxy-connection:"
            }) {
                assertThat(count(seen, gone)).as(gone).isZero();
            }
            // What we wrote we understand ourselves.
            assertThat(forwarded(seen, false)).contains("X-Forwarded-For: 9.9.9.9");
        });
    }

    private static boolean once(String head, String line) {
        return head.lines()
                        .filter(one -> one.toLowerCase(Locale.ROOT).equals(line))
                        .count()
                == 1;
    }

    private static long count(String head, String name) {
        return head.lines()
                .filter(one -> one.toLowerCase(Locale.ROOT).startsWith(name))
                .count();
    }

    @Test
    void anAnswerSaysWhatBecomesOfTheConnection() {
        var answer = "HTTP/1.0 200\r\nServer: x\r\nConnection: X-Gone\r\nX-Gone: 1\r\nContent-Length: 3\r\n\r\n";
        var bytes = answer.getBytes(StandardCharsets.US_ASCII);
        var head = new ResponseHead();
        assertThat(head.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        var out = new HeadBytes(8);
        ResponseEdit.write(head, Persistence.CLOSE, false, false, "today".getBytes(StandardCharsets.US_ASCII), out);
        assertThat(out)
                .hasToString(
                        "HTTP/1.1 200 \r\nServer: x\r\nContent-Length: 3\r\nDate: today\r\nConnection: close\r\n\r\n");
        assertThat(head.keepAlive()).isFalse();
    }

    @Test
    void noBytesMakeAReaderFailOrRunPastTheEnd() {
        var seeds = new String[] {
            "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close, x\r\nX: y\r\nAccept: text/html\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nKeep-Alive: timeout=5, max=3\r\n\r\n",
            "GET http://[::1]:80/x HTTP/1.1\r\nHost: [::1]:80\r\nTransfer-Encoding: chunked\r\n\r\n"
        };
        Seeds.each(50_000, random -> {
            var bytes = mutated(seeds[random.nextInt(seeds.length)], random);
            var request = new RequestHead(200);
            int end = request.read(bytes, 0, bytes.length);
            assertThat(end).isBetween(-2, bytes.length);
            if (end > 0) {
                request.hostName();
                request.path();
                request.acceptsHtml();
                RequestEdit.write(request, LINES, new RequestEdit.Choices(true, false, false), new HeadBytes(8));
            }
            var response = new ResponseHead();
            assertThat(response.read(bytes, 0, bytes.length)).isBetween(-2, bytes.length);
            // A head that is complete is still complete, and the same, when more follows it.
            var longer = java.util.Arrays.copyOf(bytes, bytes.length + 3);
            if (end != RequestHead.INCOMPLETE) {
                assertThat(request.read(longer, 0, longer.length)).isEqualTo(end);
            }
        });
    }

    private static byte[] mutated(String text, Random random) {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) "\r\n :\t,;[]/*aH0\0\u00ff".charAt(random.nextInt(16));
        }
        return random.nextInt(3) == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    @Test
    void hostNamesAreFoundWithoutPortDotAndCase() {
        for (var pair : new String[][] {
            {"A.Example.:80", "a.example"}, {"a", "a"}, {"[::1]:80", "[::1]"}, {"127.0.0.1:", "127.0.0.1"}
        }) {
            var bytes = ("GET / HTTP/1.1\r\nHost: " + pair[0] + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
            var head = new RequestHead(100);
            assertThat(head.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
            assertThat(head.hostName()).isEqualTo(pair[1]);
            assertThat(head.host()).isEqualTo(pair[0]);
        }
    }
}
