package footplate.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.routes.Rules;
import footplate.proxy.rule.OperatorsMistake;
import footplate.testkit.ScriptedUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and passwords. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class BasicAuthTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String ANNA = "anna:$2y$04$abcdefghijklmnopqrstuuyvPXIbu7xe6/CED2DzX8z6Si09MlzlW\n";

    @TempDir
    Path folder;

    private final RouteDraft draft = new RouteDraft();
    private Path users = Path.of("");

    @BeforeEach
    void writeUsers() throws Exception {
        users = Files.writeString(folder.resolve("users"), ANNA);
        draft.users = new Rules.BasicAuth(users.toString(), "the \"back\" room");
    }

    private static String get(String pair) {
        return "GET / HTTP/1.1\r\nHost: x\r\n" + login(pair) + "\r\n";
    }

    private static String login(String pair) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(ISO_8859_1)) + "\r\n";
    }

    @Test
    void nobodyPassesWithoutTheRightPassword() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(client.readAnswer())
                        .startsWith("HTTP/1.1 401 Unauthorized\r\n")
                        .contains("\r\nWWW-Authenticate: Basic realm=\"the \\\"back\\\" room\", charset=\"UTF-8\"\r\n")
                        .doesNotContain("Connection: close");
                for (var wrong : new String[] {"anna:PW", "anna:", "bert:pw", ":pw"}) {
                    client.send(get(wrong));
                    assertThat(client.readAnswer()).describedAs(wrong).startsWith("HTTP/1.1 401 ");
                }
                client.send("GET / HTTP/1.1\r\nHost: x\r\n" + login("anna:pw") + login("anna:pw") + "\r\n");
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 401 ");
                assertThat(app.accepted()).isZero();
                client.send(get("anna:pw"));
                assertThat(client.readAnswer()).endsWith("hello");
                client.send("POST / HTTP/1.1\r\nHost: x\r\n" + login("anna:pw") + "Content-Length: 3\r\n\r\nabc"
                        + get("anna:pw"));
                assertThat(client.readAnswer()).endsWith("hello");
                assertThat(client.readAnswer()).endsWith("hello");
            }
            app.next();
            assertThat(app.next()).endsWith("\r\n\r\nabc");
        }
    }

    @Test
    void aChangedFileCountsAndWhatWasRememberedDoesNot() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask(get("anna:pw"))).endsWith("hello");
            assertThat(bench.ask(get("anna:pw"))).endsWith("hello");
            Files.writeString(users, "bert:{SHA}GpHWL3ymc5liWkNopqtdSjuqYHM=\n");
            await().until(() -> bench.ask(get("anna:pw")).startsWith("HTTP/1.1 401 "));
            assertThat(bench.ask(get("bert:pw"))).endsWith("hello");
        }
    }

    @Test
    void aFileThatCannotBeReadLetsNobodyInAndIsToldWithoutSecrets() throws Exception {
        Files.delete(users);
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            assertThat(bench.ask(get("anna:pw"))).startsWith("HTTP/1.1 503 ");
            assertThat(bench.bugs)
                    .singleElement()
                    .isInstanceOf(OperatorsMistake.class)
                    .extracting(Throwable::getMessage)
                    .asString()
                    .contains(users.toString(), "nobody can log in")
                    .doesNotContain("anna", "pw");
            bench.bugs.clear();
            Files.writeString(users, ANNA + "bert:plain\n");
            await().until(() -> bench.ask(get("anna:pw")).endsWith("hello"));
            assertThat(bench.bugs)
                    .singleElement()
                    .extracting(Throwable::getMessage)
                    .asString()
                    .contains("line 2: no password as htpasswd")
                    .doesNotContain("plain");
            bench.bugs.clear();
        }
    }

    @Test
    void aBodyIsNotAskedForBeforeThePasswordIsRight() throws Exception {
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.concurrency = 1;
            bench.add(app.address());
            bench.route(draft.made());
            var ask = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\nExpect: 100-continue\r\n";
            try (var client = bench.client()) {
                client.send(ask + login("anna:no") + "\r\n");
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 401 ").contains("Connection: close\r\n");
            }
            try (var client = bench.client()) {
                client.send(ask + login("anna:pw") + "\r\n");
                assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
                client.send("b".repeat(200_000));
                assertThat(client.readAnswer()).endsWith("hello");
            }
            assertThat(app.next()).endsWith("b".repeat(200_000)).doesNotContain("Expect");
        }
    }

    @Test
    void aClientThatLeavesWhileItsPasswordIsCheckedLeavesNothingBehind() throws Exception {
        // Cost 12: a quarter of a second, so that the client is gone before.
        Files.writeString(users, "anna:$2y$12$abcdefghijklmnopqrstuuyvPXIbu7xe6/CED2DzX8z6Si09MlzlW\n");
        draft.most = new Rules.ConcurrencyLimit(1, "route");
        try (var app = ScriptedUpstream.tcp(ScriptedUpstream.always(HELLO));
                var bench = Bench.routed()) {
            bench.add(app.address());
            bench.route(draft.made());
            try (var client = bench.client()) {
                client.send(get("anna:pw"));
                await().until(() -> !bench.proxy.underWay().isEmpty());
                client.reset();
            }
            await().until(() -> bench.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 401 "));
            assertThat(app.accepted()).isZero();
        }
    }
}
