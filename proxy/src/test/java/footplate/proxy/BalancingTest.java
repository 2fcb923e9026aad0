package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.balance.Circuit;
import footplate.core.balance.OutlierTerms;
import footplate.core.balance.ServerTerms;
import footplate.core.balance.Sticky;
import footplate.core.config.Setting;
import footplate.core.retry.NextUpstream;
import footplate.core.retry.NextUpstream.Condition;
import footplate.testkit.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every balancing method on real sockets, with servers that fail, leave and come. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class BalancingTest {
    private Bench bench;
    private Herd herd;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench();
        herd = new Herd(bench);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
        herd.close();
    }

    private static ServerTerms terms(int weight) {
        return ServerTerms.STANDARD.weighing(weight);
    }

    private void asks(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            assertThat(ask("/")).startsWith("HTTP/1.1 200");
        }
    }

    private String ask(String target, String... fields) throws IOException {
        var lines = new StringBuilder();
        for (var field : fields) {
            lines.append(field).append("\r\n");
        }
        return bench.ask("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
    }

    /** The name of the server that answers. */
    private String who(String target, String... fields) throws IOException {
        var answer = ask(target, fields);
        assertThat(answer).startsWith("HTTP/1.1 200");
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void inTurnsEachGetsExactlyItsWeight() throws Exception {
        herd.add("a", terms(5));
        herd.add("b", terms(1));
        herd.add("c", terms(1));
        herd.publish();
        asks(70);
        assertThat(herd.asked()).isEqualTo(Map.of("a", 50, "b", 10, "c", 10));
    }

    @Test
    void theFewestInHandAreMeasuredByWeight() throws Exception {
        herd.method = "least_conn";
        for (var name : List.of("a", "b", "c")) {
            herd.add(name, terms(name.equals("a") ? 2 : 1)).slowMillis = 60_000;
        }
        herd.publish();
        var clients = new ArrayList<Wire>();
        for (int i = 0; i < 40; i++) {
            clients.add(bench.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
        await().until(() -> herd.of("a").asked.get()
                        + herd.of("b").asked.get()
                        + herd.of("c").asked.get()
                == 40);
        assertThat(herd.asked()).isEqualTo(Map.of("a", 20, "b", 10, "c", 10));
        for (var client : clients) {
            client.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "random_two"})
    void byLotEachGetsItsShareButForChance(String method) throws Exception {
        herd.method = method;
        herd.add("a");
        herd.add("b");
        herd.add("c");
        herd.publish();
        asks(600);
        // 200 each; the deviation is 11.5, and 75 are six and a half of it.
        assertThat(herd.asked().values()).allSatisfy(count -> assertThat(count).isBetween(125, 275));
    }

    @Test
    void anAddressStaysAtItsServerWhileThatIsThere() throws Exception {
        herd.method = "ip_hash";
        for (var name : List.of("a", "b", "c")) {
            herd.add(name);
        }
        herd.publish();
        var first = who("/");
        asks(20);
        assertThat(herd.asked()).containsEntry(first, 21);
        herd.take(first);
        herd.publish();
        var second = who("/");
        asks(20);
        assertThat(herd.asked()).containsEntry(second, 21);
    }

    @Test
    void aServerMoreTakesAboutItsShareOfTheKeysAndMovesNoOther() throws Exception {
        herd.method = "hash: \"$request_uri\" consistent";
        for (var name : List.of("a", "b", "c")) {
            herd.add(name);
        }
        herd.publish();
        var before = new HashMap<String, String>();
        for (int i = 0; i < 400; i++) {
            before.put("/" + i, who("/" + i));
        }
        herd.add("d");
        herd.publish();
        int moved = 0;
        for (var key : before.entrySet()) {
            var now = who(key.getKey());
            if (!now.equals(key.getValue())) {
                assertThat(now).isEqualTo("d");
                moved++;
            }
        }
        // A quarter is 100; the ring of 160 points a server is some 8 percent uneven.
        assertThat(moved).isBetween(60, 145);
    }

    @Test
    void aSlowServerGetsFewRequests() throws Exception {
        herd.method = "least_time: last_byte";
        herd.add("fast");
        herd.add("slow").slowMillis = 60;
        herd.publish();
        asks(60);
        assertThat(herd.asked().get("slow")).isBetween(1, 12);
    }

    @Test
    void theLeastBusyIsTheFirstAmongEquals() throws Exception {
        herd.method = "least_busy_first";
        herd.add("a");
        herd.add("b");
        herd.publish();
        asks(20);
        assertThat(herd.asked()).isEqualTo(Map.of("a", 20, "b", 0));
    }

    @Test
    void aCookieKeepsAClientAtAServerAndOneThatIsGoneOrForgedIsNoError() throws Exception {
        herd.sticky = new Sticky("srv", true);
        for (var name : List.of("a", "b", "c")) {
            herd.add(name);
        }
        herd.publish();
        var answer = ask("/");
        var cookie = answer.lines()
                .filter(line -> line.startsWith("Set-Cookie: srv="))
                .findFirst()
                .orElseThrow()
                .replaceAll("Set-Cookie: (srv=[^;]+);.*", "$1");
        var first = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        for (int i = 0; i < 10; i++) {
            var again = ask("/", "Cookie: x=y; " + cookie);
            assertThat(again).endsWith(first).doesNotContain("Set-Cookie");
        }
        assertThat(ask("/", "Cookie: " + cookie.replaceAll(".$", "!"))).contains("Set-Cookie: srv=");
        herd.take(first);
        herd.publish();
        assertThat(ask("/", "Cookie: " + cookie)).startsWith("HTTP/1.1 200").contains("Set-Cookie: srv=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "round_robin",
                "least_conn",
                "random_two",
                "ip_hash",
                "hash: \"$request_uri\" consistent",
                "least_time: header",
                "least_busy_first"
            })
    void serversComeAndGoUnderLoadAndNoRequestFails(String method) throws Exception {
        herd.method = method;
        for (var name : List.of("a", "b", "c")) {
            herd.add(name);
        }
        herd.publish();
        var failures = new ConcurrentLinkedQueue<String>();
        var ends = new AtomicBoolean();
        var clients = new ArrayList<Thread>();
        var answered = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            int number = i;
            clients.add(Thread.ofVirtual().start(() -> load(number, ends, answered, failures)));
        }
        for (int round = 0; round < 12; round++) {
            int seen = answered.get();
            await().until(() -> answered.get() > seen + 10 || !failures.isEmpty());
            if (round % 2 == 0) {
                herd.take(List.of("a", "b", "c").get(round / 2 % 3));
            } else {
                herd.add(List.of("a", "b", "c").get(round / 2 % 3));
            }
            herd.publish();
        }
        ends.set(true);
        for (var client : clients) {
            client.join();
        }
        assertThat(failures).isEmpty();
    }

    private void load(int number, AtomicBoolean ends, AtomicInteger answered, Queue<String> failures) {
        try {
            for (int i = 0; !ends.get(); i++) {
                try (var client = bench.client()) {
                    for (int j = 0; j < 5 && !ends.get(); j++) {
                        client.send("GET /" + number + "/" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
                        var answer = client.readAnswer();
                        if (!answer.startsWith("HTTP/1.1 200")) {
                            failures.add(answer);
                        }
                        answered.incrementAndGet();
                    }
                }
            }
        } catch (IOException | RuntimeException broken) {
            failures.add(broken.toString());
        }
    }

    @Test
    void aServerThatIsDeadIsLeftOutAfterOneFailureAndTriedByOneRequestWhenItsTimeIsOver() throws Exception {
        var dies = new ServerTerms(1, 0, 1, Duration.ofMillis(400), Duration.ZERO, false, false);
        herd.add("a", dies);
        herd.add("b", dies);
        herd.publish();
        asks(10);
        assertThat(herd.asked()).isEqualTo(Map.of("a", 5, "b", 5));
        herd.of("a").dies();
        asks(20);
        assertThat(bench.unreachable).hasValueLessThanOrEqualTo(2);
        assertThat(herd.asked()).containsEntry("b", 20);
        await().until(() -> {
            asks(2);
            return bench.unreachable.get() >= 2;
        });
    }

    @Test
    void backupsServeWhenNobodyElseIsThereAndNobodyAtAllIs502AtOnce() throws Exception {
        herd.add("a");
        herd.add("backup", new ServerTerms(1, 0, 1, Duration.ofSeconds(10), Duration.ZERO, true, false));
        herd.publish();
        asks(10);
        assertThat(herd.asked()).isEqualTo(Map.of("a", 10, "backup", 0));
        herd.of("a").dies();
        asks(10);
        assertThat(herd.asked()).containsEntry("backup", 10);
        herd.of("backup").dies();
        assertThat(ask("/")).startsWith("HTTP/1.1 502");
        assertThat(ask("/")).startsWith("HTTP/1.1 502");
    }

    @Test
    void atMostSoManyAreInHandAndTheRestWaitInTheirOrder() throws Exception {
        var two = new ServerTerms(1, 2, 1, Duration.ofSeconds(10), Duration.ZERO, false, false);
        herd.add("a", two).slowMillis = 40;
        herd.maxQueue = 20;
        herd.publish();
        var answers = new ConcurrentLinkedQueue<String>();
        var clients = new ArrayList<Thread>();
        for (int i = 0; i < 12; i++) {
            clients.add(Thread.ofVirtual().start(() -> {
                try {
                    answers.add(ask("/"));
                } catch (IOException broken) {
                    answers.add(broken.toString());
                }
            }));
        }
        for (var client : clients) {
            client.join();
        }
        assertThat(herd.of("a").mostAtOnce).hasValue(2);
        assertThat(answers).hasSize(12).allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 200"));
    }

    @Test
    void anAnswerThatIsNamedSendsARequestOnUnlessItIsAPost() throws Exception {
        herd.next = new NextUpstream(Set.of(Condition.ERROR, Condition.HTTP_503), false, 0, Duration.ZERO);
        herd.add("a", new ServerTerms(1, 0, 0, Duration.ofSeconds(10), Duration.ZERO, false, false)).status =
                "503 Down";
        herd.add("b");
        herd.publish();
        for (int i = 0; i < 6; i++) {
            assertThat(who("/")).isEqualTo("b");
        }
        assertThat(herd.asked().get("a")).isEqualTo(6);
        var posts = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            posts.add(bench.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                    .substring(9, 12));
        }
        assertThat(posts).contains("503", "200");
        herd.of("b").status = "503 Down too";
        assertThat(ask("/")).startsWith("HTTP/1.1 503");
    }

    @Test
    void noRequestIsTriedMoreOftenThanTheSettingSaysHoweverItGoesWrong() throws Exception {
        herd.next = new NextUpstream(
                Set.of(Condition.ERROR, Condition.TIMEOUT, Condition.HTTP_503), false, 0, Duration.ZERO);
        bench.http = bench.http.with(Setting.READ_TIMEOUT, "300ms").with(Setting.TRIES, "2");
        var never = new ServerTerms(1, 0, 0, Duration.ofSeconds(10), Duration.ZERO, false, false);
        for (var name : List.of("a", "b", "c", "d")) {
            herd.add(name, never).status = "503 Down";
        }
        herd.publish();
        assertThat(ask("/")).startsWith("HTTP/1.1 503");
        assertThat(asked()).isEqualTo(2);
        for (var name : List.of("a", "b", "c", "d")) {
            herd.of(name).slowMillis = 60_000;
        }
        assertThat(ask("/")).startsWith("HTTP/1.1 504");
        assertThat(asked()).isEqualTo(2);
        bench.http = bench.http.with(Setting.TRIES, "1");
        herd.publish();
        assertThat(ask("/")).startsWith("HTTP/1.1 504");
        assertThat(asked()).isEqualTo(1);
    }

    private int asked() {
        return herd.asked().values().stream().mapToInt(Integer::intValue).sum();
    }

    @Test
    void aServerThatIsSilentForTooLongGivesWayToAnother() throws Exception {
        bench.http = bench.http.with(Setting.READ_TIMEOUT, "300ms");
        herd.add("a").slowMillis = 60_000;
        herd.add("b").slowMillis = 0;
        herd.publish();
        assertThat(who("/")).isEqualTo("b");
        asks(5);
        assertThat(herd.asked().get("b")).isEqualTo(6);
    }

    @Test
    void aCircuitOpensAfterFailuresInARowAndARequestThatTriesItClosesIt() throws Exception {
        herd.circuit = new Circuit(0, 0, 3, Duration.ofMillis(300));
        herd.next = new NextUpstream(Set.of(Condition.ERROR, Condition.HTTP_500), false, 0, Duration.ZERO);
        var never = new ServerTerms(1, 0, 0, Duration.ofSeconds(10), Duration.ZERO, false, false);
        herd.add("a", never).status = "500 Broken";
        herd.add("b", never);
        herd.publish();
        for (int i = 0; i < 20; i++) {
            assertThat(who("/")).isEqualTo("b");
        }
        assertThat(herd.asked().get("a")).isBetween(3, 4);
        herd.of("a").status = "200 OK";
        await().until(() -> who("/").equals("a"));
        asks(10);
        assertThat(herd.asked().get("a")).isGreaterThanOrEqualTo(5);
    }

    @Test
    void aServerThatFailsMoreThanTheOthersIsLeftOut() throws Exception {
        var usual = OutlierTerms.STANDARD;
        herd.outliers =
                new OutlierTerms(5, usual.interval(), usual.baseEjectionTime(), usual.maxEjectionTime(), 50, 5, 100, 0);
        for (var name : List.of("a", "b", "c")) {
            herd.add(name);
        }
        herd.of("a").status = "500 Broken";
        herd.publish();
        for (int i = 0; i < 40; i++) {
            ask("/");
        }
        assertThat(herd.asked().get("a")).isEqualTo(5);
        asks(10);
    }

    @Test
    void inAPanicAllAreUsedAgain() throws Exception {
        herd.panicPercent = 51;
        herd.circuit = new Circuit(0, 0, 2, Duration.ofSeconds(60));
        herd.next = new NextUpstream(Set.of(Condition.HTTP_500), false, 1, Duration.ZERO);
        var never = new ServerTerms(1, 0, 0, Duration.ofSeconds(10), Duration.ZERO, false, false);
        herd.add("a", never).status = "500 Broken";
        herd.add("b", never);
        herd.publish();
        for (int i = 0; i < 10; i++) {
            ask("/");
        }
        herd.asked();
        for (int i = 0; i < 10; i++) {
            ask("/");
        }
        assertThat(herd.asked()).isEqualTo(Map.of("a", 5, "b", 5));
    }
}
