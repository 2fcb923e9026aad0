package footplate.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.Site;
import footplate.core.config.Upstream;
import footplate.daemon.config.Refused;
import footplate.proxy.access.LogPlaces;
import footplate.testkit.ScriptedUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was chosen for {@code footplate proxy} counts for the servers behind it. */
@Timeout(60)
final class SiteServerTest {
    @TempDir
    Path folder;

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private ScriptedUpstream one;
    private ScriptedUpstream two;

    @BeforeEach
    void start() throws IOException {
        one = ScriptedUpstream.tcp(saying("one"));
        two = ScriptedUpstream.tcp(saying("two"));
    }

    @AfterEach
    void end() throws IOException {
        client.close();
        one.close();
        two.close();
    }

    private static ScriptedUpstream.Script saying(String name) {
        return ScriptedUpstream.always("HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
    }

    private SiteServer open(Settings settings) throws Exception {
        var servers = new ArrayList<Upstream>();
        for (var server : List.of(one, two)) {
            servers.add(Upstream.read(server.address(), new ArrayList<>()));
        }
        return SiteServer.open(
                new Site(servers, "", null, 0, null, settings),
                folder,
                LogPlaces.none(),
                mistake -> told.add(mistake.toString()),
                told::add);
    }

    private HttpResponse<String> ask(SiteServer site, String... fields) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(site.url()));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private List<String> answers(SiteServer site, int count) throws Exception {
        var answers = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            answers.add(ask(site).body());
        }
        return answers;
    }

    @Test
    void whereNothingIsChosenTheFirstOfTheIdleServersAnswers() throws Exception {
        try (var site = open(Settings.standard())) {
            assertThat(answers(site, 6)).containsOnly("one");
        }
    }

    @Test
    void theChosenWayOfBalancingCounts() throws Exception {
        try (var site =
                open(Settings.standard().with(Setting.BALANCE, "round_robin").with(Setting.WORKERS, "1"))) {
            assertThat(answers(site, 6)).containsExactly("one", "two", "one", "two", "one", "two");
        }
    }

    @Test
    void aCookieKeepsAClientAtItsServer() throws Exception {
        var settings = Settings.standard()
                .with(Setting.BALANCE, "round_robin")
                .with(Setting.STICKY_SESSIONS, "on")
                .with(Setting.STICKY_SESSIONS_COOKIE, "mine");
        try (var site = open(settings)) {
            var known = ask(site);
            var cookie = known.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(cookie).startsWith("mine=");
            for (int i = 0; i < 6; i++) {
                assertThat(ask(site, "Cookie", cookie.substring(0, cookie.indexOf(';')))
                                .body())
                        .isEqualTo(known.body());
            }
        }
    }

    @Test
    void itAsksForNoMoreMemoryThanThereIs() {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> open(Settings.standard().with(Setting.FILE_CACHE, "1TB")))
                .satisfies(refused -> assertThat(refused.problems())
                        .singleElement()
                        .satisfies(problem -> assertThat(problem.where()).isEqualTo("--file-cache")));
    }

    @Test
    void aServerThatCannotBeReachedIsPassedOverAndToldOfOnce() throws Exception {
        try (var site = open(Settings.standard().with(Setting.BALANCE, "round_robin"))) {
            var gone = one.address();
            one.close();

            assertThat(answers(site, 10)).containsOnly("two");
            assertThat(told).containsExactly(gone + " cannot be reached: it gets no requests for 10s");
        }
    }
}
