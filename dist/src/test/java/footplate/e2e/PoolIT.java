package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.api.v1.InstanceInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The routing rule and the queue, as clients see them. */
@Tag("node")
@Timeout(120)
class PoolIT {
    @TempDir
    Path folder;

    private Footplate footplate;
    private Path shop;

    @BeforeEach
    void moveIn() throws IOException {
        footplate = new Footplate(folder);
        shop = Footplate.app(folder.resolve("shop"));
    }

    @AfterEach
    void moveOut() throws Exception {
        footplate.close();
    }

    @Test
    void theFirstRequestStartsTheFirstProcessAndIsHeldMeanwhile() throws Exception {
        var start = footplate
                .run("start", shop, "--port", 0, "--min", 0, "--max", 2)
                .fine();
        assertThat(start.out()).contains("its first process starts with the first request");
        assertThat(footplate.pids("shop")).isEmpty();

        var first = Line.get(start.port(), "/");

        assertThat(first.status()).isEqualTo(200);
        assertThat(footplate.pids("shop")).containsExactly(Long.valueOf(first.body()));
    }

    @Test
    void theLeastBusyIsTakenAndOfEqualsTheFirstStarted() throws Exception {
        int port = footplate
                .run("start", shop, "--port", 0, "--min", 2, "--max", 2, "--concurrency", 1)
                .fine()
                .port();
        var pids = footplate.pids("shop");
        var light = new HashSet<String>();
        for (int i = 0; i < 10; i++) {
            light.add(Line.get(port, "/").body());
        }
        assertThat(light)
                .describedAs("light traffic stays on the first")
                .containsExactly(pids.getFirst().toString());

        try (var one = new Line(port);
                var two = new Line(port);
                var three = new Line(port)) {
            one.send("GET", "/slow?ms=1500", "");
            Footplate.await(5, () -> sessions().equals(List.of(1, 0)));
            two.send("GET", "/slow?ms=3000", "");
            Footplate.await(5, () -> sessions().equals(List.of(1, 1)));
            three.send("GET", "/", "");
            Footplate.await(5, () -> queued() == 1);
            assertThat(footplate.run("status", "--show=requests").fine().out())
                    .containsPattern("shop +GET +127.0.0.1 +/slow +waiting")
                    .containsPattern("shop +GET +127.0.0.1 +/ +queued")
                    .doesNotContain("ms=");
            assertThat(one.answer().body()).isEqualTo(pids.getFirst().toString());
            assertThat(three.answer().body())
                    .describedAs("the first that is free")
                    .isEqualTo(pids.getFirst().toString());
            assertThat(two.answer().body()).isEqualTo(pids.getLast().toString());
        }
    }

    @Test
    void aFullQueueAnswers503AndALongWait504() throws Exception {
        int port = footplate
                .run(
                        "start",
                        shop,
                        "--port",
                        0,
                        "--max",
                        1,
                        "--concurrency",
                        1,
                        "--max-queue",
                        1,
                        "--queue-timeout",
                        "3s")
                .fine()
                .port();
        try (var busy = new Line(port);
                var waiting = new Line(port)) {
            busy.send("GET", "/slow?ms=8000", "");
            Footplate.await(5, () -> sessions().equals(List.of(1)));
            waiting.send("GET", "/", "");
            Footplate.await(5, () -> queued() == 1);
            var full = untilStatus(port, 503);
            assertThat(full.field("Retry-After")).matches("\\d+");
            assertThat(waiting.answer().status()).isEqualTo(504);
            assertThat(busy.answer().status()).isEqualTo(200);
        }
        assertThat(Line.get(port, "/").status()).isEqualTo(200);
    }

    @Test
    void thePoolGrowsUnderLoadOneAtATimeAndShrinksWhenIdle() throws Exception {
        int port = footplate
                .run("start", shop, "--port", 0, "--min", 1, "--max", 3, "--concurrency", 1, "--idle-timeout", "1s")
                .fine()
                .port();
        var first = footplate.pids("shop").getFirst();
        var lines = new ArrayList<Line>();
        long asked = System.nanoTime();
        try {
            for (int i = 0; i < 4; i++) {
                lines.add(new Line(port));
                lines.getLast().send("GET", "/slow?ms=2000", "");
            }
            Set<String> pids = new HashSet<>();
            for (Line line : lines) {
                var answer = line.answer();
                assertThat(answer.status()).isEqualTo(200);
                pids.add(answer.body());
            }
            assertThat(pids).hasSize(3).contains(first.toString());
        } finally {
            for (Line line : lines) {
                line.close();
            }
        }
        Footplate.await(10, () -> instances().size() == 1);
        // Each of them answered one request of two seconds (Node's clock may be a millisecond early) and then idled for
        // one.
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked)).isGreaterThan(2_990);
        assertThat(footplate.pids("shop")).describedAs("the first is kept").containsExactly(first);

        var log = Files.readAllLines(footplate.home().resolve("daemon.log"));
        boolean starting = false;
        for (String line : log) {
            if (line.contains(" starts")) {
                assertThat(starting)
                        .describedAs("one spawn at a time:%n%s", String.join("\n", log))
                        .isFalse();
                starting = true;
            } else if (line.contains("is ready after")) {
                starting = false;
            }
        }
        assertThat(log)
                .anyMatch(line -> line.contains("the pool grows to 3"))
                .anyMatch(line -> line.contains("the pool shrinks to 1"));
    }

    private static Line.Answer untilStatus(int port, int status) throws IOException {
        Line.Answer answer = Line.get(port, "/");
        assertThat(answer.status()).isEqualTo(status);
        return answer;
    }

    private List<Integer> sessions() {
        return instances().stream().map(InstanceInfo::sessions).toList();
    }

    private int queued() {
        try {
            return footplate.describe("shop").queued();
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }

    private List<InstanceInfo> instances() {
        try {
            return footplate.describe("shop").instances();
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }
}
