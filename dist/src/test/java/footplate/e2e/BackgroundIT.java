package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code footplate start}, and every command for what runs in the background. */
@Tag("node")
@Timeout(120)
class BackgroundIT {
    @TempDir
    Path folder;

    private Footplate footplate;
    private Path shop;

    @BeforeEach
    void moveIn() throws IOException {
        footplate = new Footplate(folder);
        shop = Footplate.app(folder.resolve("apps/shop"));
    }

    @AfterEach
    void moveOut() throws Exception {
        footplate.close();
    }

    @Test
    void anAppIsStartedSeenScaledStoppedAndForgotten() throws Exception {
        var start = footplate
                .run("start", shop, "--port", 0, "--min", 2, "--max", 2)
                .fine();
        int port = start.port();
        assertThat(start.out()).contains("shop is up at http://127.0.0.1:" + port + ": 2 processes, after ");
        assertThat(Line.get(port, "/").status()).isEqualTo(200);

        assertThat(footplate.run("list", "--json").fine().out()).matches("\\[" + row(0) + "," + row(1) + "]\n");
        assertThat(footplate.run("list").fine().out())
                .containsPattern("(?m)^app +id +pid +state +restarts +uptime +cpu +memory +sessions +processed$")
                .containsPattern("(?m)^shop +0 +\\d+ +running +0 ");
        assertThat(footplate.run("ping").fine().out()).contains("PID " + footplate.daemon());
        assertThat(footplate.run("describe", "shop").fine().out())
                .contains("Environment: production", "Processes:   2 wanted, 2 to 2", "number 1, generation 1");

        assertThat(footplate.run("scale", "shop", 3).fine().out()).contains("shop now has 3 processes");
        assertThat(footplate.pids("shop")).hasSize(3);
        footplate.run("scale", "shop", "-2").fine();
        assertThat(footplate.pids("shop")).hasSize(1);

        assertThat(footplate.run("stop", "shop").fine().out()).contains("shop").contains("stopped");
        assertThat(footplate.pids("shop")).isEmpty();
        assertThat(footplate.run("list").fine().out()).containsPattern("(?m)^shop +- +- +stopped ");
        assertThat(footplate.run("start", "shop").fine().port())
                .describedAs("by its name, with its settings")
                .isEqualTo(port);
        assertThat(Line.get(port, "/").status()).isEqualTo(200);

        footplate.run("delete", "shop").fine();
        assertThat(footplate.run("list", "--json").fine().out()).isEqualTo("[]\n");
        var gone = footplate.run("describe", "shop");
        assertThat(gone.code()).isEqualTo(1);
        assertThat(gone.err()).contains("shop");

        footplate.run("kill").fine();
        assertThat(footplate.processes()).describedAs("after kill").isEmpty();
        assertThat(footplate.run("ping").code()).isEqualTo(1);
    }

    @Test
    void oneProcessIsRestartedOrStoppedByItsId() throws Exception {
        int port = footplate
                .run("start", shop, "--port", 0, "--min", 2, "--max", 2)
                .fine()
                .port();
        var before = footplate.describe("shop").instances();

        footplate.run("restart", before.getFirst().id()).fine();
        var after = footplate.describe("shop").instances();
        assertThat(after).hasSize(2);
        assertThat(after.stream().map(i -> i.pid()))
                .contains(before.getLast().pid())
                .doesNotContain(before.getFirst().pid());
        assertThat(after.stream().map(i -> i.index())).containsExactlyInAnyOrder(0, 1);

        footplate.run("stop", after.getLast().id()).fine();
        assertThat(footplate.pids("shop")).hasSize(1);
        assertThat(Line.get(port, "/").status()).isEqualTo(200);
        assertThat(footplate.run("stop", 99).code()).isEqualTo(1);
    }

    @Test
    void appsShareAPortByTheirHostNames() throws Exception {
        var blog = Footplate.app(folder.resolve("blog"), answering("blog"));
        var wiki = Footplate.app(folder.resolve("wiki"), answering("wiki"));
        int port = footplate
                .run("start", blog, "--port", 0, "--host", "blog.test", "--max", 1)
                .fine()
                .port();
        footplate
                .run("start", shop, "--port", port, "--host", "shop.test", "--host", "www.shop.test", "--max", 1)
                .fine();

        assertThat(Line.get(port, "/", "Host: blog.test").body()).isEqualTo("blog");
        assertThat(Line.get(port, "/", "Host: BLOG.test:" + port).body()).isEqualTo("blog");
        assertThat(Line.get(port, "/", "Host: www.shop.test").body()).matches("\\d+");
        assertThat(Line.get(port, "/", "Host: other.test").status()).isEqualTo(404);

        var third = footplate.run("start", wiki, "--port", port, "--host", "shop.test", "--max", 1);
        assertThat(third.code()).isEqualTo(1);
        assertThat(third.err()).contains("shop.test", "belongs to app 'shop'", "another host name");
        var anybody = footplate.run("start", wiki, "--port", port, "--max", 1).fine();
        assertThat(anybody.port()).isEqualTo(port);
        assertThat(Line.get(port, "/", "Host: other.test").body()).isEqualTo("wiki");

        assertThat(footplate.run("stop", "all").fine().out()).contains("blog", "shop", "wiki");
        assertThat(footplate.run("list", "--json").fine().out()).doesNotContain("running");
        footplate.run("restart", "all").fine();
        assertThat(Line.get(port, "/", "Host: blog.test").body()).isEqualTo("blog");
        footplate.run("delete", "all").fine();
    }

    @Test
    void aPortOfAnotherAppIsRefused() throws Exception {
        int port = footplate.run("start", shop, "--port", 0, "--max", 1).fine().port();
        var blog = Footplate.app(folder.resolve("blog"));

        var second = footplate.run("start", blog, "--port", port, "--max", 1);

        assertThat(second.code()).isEqualTo(1);
        assertThat(second.err()).contains("port " + port, "app 'shop' answers there already", "--port", "--host");
        assertThat(footplate.run("list").fine().out()).doesNotContain("blog");
    }

    @Test
    void linesAreShownAndFollowed() throws Exception {
        int port = footplate.run("start", shop, "--port", 0, "--max", 1).fine().port();
        Line.get(port, "/say?line=first");
        Line.get(port, "/complain?line=trouble");

        Footplate.await(5, () -> out("logs", "shop").contains("trouble"));
        assertThat(out("logs", "shop")).contains("shop 0 | listens, ", "shop 0 | first\n", "shop 0 ! trouble\n");
        assertThat(out("logs", "shop", "--err")).isEqualTo("shop 0 ! trouble\n");
        assertThat(out("logs", "shop", "--out", "-n", "1")).isEqualTo("shop 0 | first\n");

        var followed = footplate.begin("logs", "-f", "shop");
        followed.awaitOut("shop 0 | first");
        long asked = System.nanoTime();
        Line.get(port, "/say?line=second");
        followed.awaitOut("shop 0 | second");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked)).isLessThan(1_000);
        Footplate.signal("INT", followed.pid());
        followed.ended();
    }

    @Test
    void theDaemonOutlivesItsTerminal() throws Exception {
        var command = Checkout.launcher() + " start " + shop + " --port 0 --max 1; exit";
        var builder = new ProcessBuilder("script", "-qefc", command, "/dev/null").redirectErrorStream(true);
        builder.environment().putAll(footplate.environment());
        builder.redirectOutput(folder.resolve("terminal").toFile());
        var terminal = builder.start();
        assertThat(terminal.waitFor(30, TimeUnit.SECONDS)).isTrue();
        var shown = Files.readString(folder.resolve("terminal"));
        assertThat(shown).contains("shop is up at http://127.0.0.1:");

        int port = Integer.parseInt(shown.replaceAll("(?s).*http://127.0.0.1:(\\d+).*", "$1"));
        assertThat(Line.get(port, "/").status()).isEqualTo(200);
        var stat = Files.readString(Path.of("/proc/" + footplate.daemon() + "/stat"));
        assertThat(stat.substring(stat.lastIndexOf(')')).split(" ", -1)[5])
                .describedAs("no terminal")
                .isEqualTo("0");
    }

    @Test
    void twoAtOnceStartOneDaemon() throws Exception {
        var blog = Footplate.app(folder.resolve("blog"));
        var one = footplate.begin("start", shop, "--port", 0, "--max", 1);
        var other = footplate.begin("start", blog, "--port", 0, "--max", 1);

        assertThat(one.ended().code()).describedAs(one.err()).isZero();
        assertThat(other.ended().code()).describedAs(other.err()).isZero();
        assertThat(footplate.run("list").fine().out()).contains("shop", "blog");
        assertThat(footplate.processes().values().stream().filter(line -> line.contains("footplate.dist.Main daemon")))
                .hasSize(1);
    }

    @Test
    void anAppSeesTheCallersEnvironmentAndItsOwnNumber() throws Exception {
        footplate.with("SHOP_COLOUR", "grün");
        int port = footplate
                .run("start", shop, "--port", 0, "--min", 2, "--max", 2, "-e", "staging", "--concurrency", 1)
                .fine()
                .port();

        assertThat(environment(port))
                .contains(
                        "\"SHOP_COLOUR\":\"grün\"",
                        "\"NODE_ENV\":\"staging\"",
                        "\"PORT\":\"" + port + "\"",
                        "\"LANG\":\"C.UTF-8\"");
        assertThat(numbers()).containsExactly("0", "1");
        footplate.run("scale", "shop", 3).fine();
        assertThat(numbers()).containsExactly("0", "1", "2");
        footplate.run("restart", "shop").fine();
        assertThat(numbers())
                .describedAs("a replacement takes over its predecessor's")
                .containsExactly("0", "1", "2");

        footplate.with("SHOP_COLOUR", "");
        assertThat(footplate
                        .run("start", shop, "--port", port, "--max", 1)
                        .fine()
                        .port())
                .isEqualTo(port);
        assertThat(environment(port)).contains("\"SHOP_COLOUR\":\"\"", "\"NODE_ENV\":\"production\"");
    }

    @Test
    void noSecretIsShownOrReadableByOthers() throws Exception {
        footplate.with("SHOP_PASSWORD", "hunter2-hunter2");
        int port = footplate
                .run("start", shop, "--port", 0, "--min", 2, "--max", 2)
                .fine()
                .port();
        assertThat(environment(port)).contains("hunter2-hunter2");
        var holding = footplate.begin("logs", "-f");
        Line.get(port, "/slow?ms=1&token=hunter2-hunter2");
        footplate.run("restart", "shop").fine();

        for (var looking : List.of(
                List.of("list", "--json"),
                List.of("status", "--json"),
                List.of("status", "--show=requests", "--json"),
                List.of("describe", "shop"),
                List.of("describe", "shop", "--json"),
                List.of("logs", "shop"),
                List.of("stop", "shop", "--json"),
                List.of("start", "shop", "--json"))) {
            var ended = footplate.run(looking.toArray());
            assertThat(ended.out() + ended.err())
                    .describedAs(looking.toString())
                    .doesNotContain("hunter2");
        }
        Footplate.signal("TERM", holding.pid());
        assertThat(holding.ended().out()).doesNotContain("hunter2");

        var holders = new TreeSet<String>();
        try (Stream<Path> files = Files.walk(footplate.home())) {
            for (Path file : files.toList()) {
                if (Files.isRegularFile(file)
                        && Files.readString(file, StandardCharsets.ISO_8859_1).contains("hunter2")) {
                    holders.add(footplate.home().relativize(file).toString());
                }
            }
        }
        assertThat(holders).isEqualTo(Set.of("releases/shop/1/release.json", "state.json"));
        for (var holder : holders) {
            assertThat(mode(holder)).isEqualTo("rw-------");
        }
        assertThat(mode("")).isEqualTo("rwx------");
        assertThat(mode("logs")).isEqualTo("rwx------");
    }

    @Test
    void readyMeansWhatTheAppSays() throws Exception {
        var app = Footplate.app(folder.resolve("late"), """
                const server = require('http').createServer((request, response) => response.end(String(ready)))
                let ready = false
                server.listen(process.env.PORT, () => {
                  if (process.env.NEVER) return
                  const told = () => { ready = true; process.send('ready') }
                  setTimeout(told, 700)
                })
                """);
        var started = footplate
                .run("start", app, "--port", 0, "--max", 1, "--wait-ready")
                .fine();
        assertThat(Line.get(started.port(), "/").body()).isEqualTo("true");

        footplate.with("NEVER", "1").run("delete", "late").fine();
        var never = footplate.run("start", app, "--port", 0, "--max", 1, "--wait-ready", "--start-timeout", "1s");
        assertThat(never.code()).isEqualTo(1);
        assertThat(never.err())
                .contains("did not say that it is ready within 1s", "process.send('ready')", "--wait-ready");
    }

    private static String row(int id) {
        return "\\{\"app\":\"shop\",\"id\":" + id
                + ",\"pid\":\\d+,\"state\":\"running\",\"restarts\":0,\"uptime\":\\d+,\"cpu\":[0-9.]+,\"memory\":\\d+,"
                + "\"sessions\":0,\"processed\":\\d+}";
    }

    private static String answering(String text) {
        return "require('http').createServer((q, s) => s.end('" + text + "')).listen(process.env.PORT)";
    }

    private String mode(String file) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(footplate.home().resolve(file)));
    }

    private static String environment(int port) throws IOException {
        return Line.get(port, "/env").body();
    }

    /** NODE_APP_INSTANCE of the processes, as their environment has it. */
    private Set<String> numbers() throws IOException, InterruptedException {
        var numbers = new TreeSet<String>();
        for (long pid : footplate.pids("shop")) {
            Stream.of(Files.readString(Path.of("/proc/" + pid + "/environ")).split("\0", -1))
                    .filter(variable -> variable.startsWith("NODE_APP_INSTANCE="))
                    .forEach(variable -> numbers.add(variable.substring(18)));
        }
        return numbers;
    }

    private String out(Object... arguments) {
        try {
            return footplate.run(arguments).fine().out();
        } catch (IOException broken) {
            throw new AssertionError(broken);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            throw new AssertionError(asked);
        }
    }
}
