package footplate.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.api.v1.AppInfo;
import footplate.api.v1.AppState;
import footplate.api.v1.InstanceInfo;
import footplate.api.v1.InstanceState;
import footplate.api.v1.Journey;
import footplate.api.v1.Problem;
import footplate.api.v1.RequestInfo;
import footplate.api.v1.RequestState;
import footplate.api.v1.ServerCounts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PrintTest {
    private static final InstanceInfo BUSY =
            instance(0, 18334L, InstanceState.RUNNING, 21_229_000, 2.6, 62_300_000, 1, 4595, 400L);
    private static final InstanceInfo WAITS = instance(11, null, InstanceState.WAITING, 0, 0, 0, 0, 0, null);

    @Test
    void theTableOfProcesses() {
        assertThat(AppsText.table(List.of(app("shop", List.of(BUSY, WAITS)), app("idle", List.of())), 0, false))
                .isEqualTo("""
                        app   id    pid  state    restarts  uptime  cpu   memory  sessions  processed
                        shop   0  18334  running         3  5h 53m   3%  59.4 MB         1       4595
                        shop  11      -  waiting         3       -    -        -         0          0
                        idle   -      -  running         -       -    -        -         -          -
                        """);
    }

    @Test
    void aNarrowTerminalCutsTheNameAndThenTheLastColumns() {
        AppInfo app = app("a-very-long-name-of-an-app", List.of(BUSY));

        assertThat(AppsText.table(List.of(app), 84, false)).isEqualTo("""
                        app          id    pid  state    restarts  uptime  cpu   memory  sessions  processed
                        a-very-lon…   0  18334  running         3  5h 53m   3%  59.4 MB         1       4595
                        """);
        for (int width = 1; width < 120; width++) {
            for (String line :
                    AppsText.table(List.of(app), width, false).lines().toList()) {
                assertThat(Words.width(line)).isLessThanOrEqualTo(Math.max(width, 6));
            }
        }
    }

    @Test
    void statusIsGroupedByApp() {
        assertThat(AppsText.status(List.of(app("shop", List.of(BUSY, WAITS))), 0, false))
                .isEqualTo("""
                        shop  running  http://127.0.0.1:3000
                          Root:  /srv/shop  (node app.js)
                          Queue: 4 of 100 waiting
                          * PID: 18334   Sessions: 1       Processed: 4595     Uptime: 5h 53m
                            CPU: 3%      Memory: 59.4 MB   Last used: 0s ago   State: running  (id 0)
                          * PID: none    Sessions: 0       Processed: 0        Uptime: 0s
                            CPU: 0%      Memory: 0 KB      Last used: never    State: waiting  (id 11)
                        """);
    }

    @Test
    void requestsUnderWay() {
        var requests = List.of(
                new RequestInfo("shop", "GET", "a.example", "/x\u001b[2J", RequestState.RECEIVING, 65_000, 3, 4711L),
                new RequestInfo("shop", "POST", "a.example", "/", RequestState.QUEUED, 5, null, null));

        assertThat(AppsText.requests(requests, 0, false)).isEqualTo("""
                        app   method  host       path     state      since  id   pid
                        shop  GET     a.example  /x^[[2J  receiving  1m 5s   3  4711
                        shop  POST    a.example  /        queued       5ms   -     -
                        """);
    }

    @Test
    void whatTheServerHasDone() {
        var counts = new ServerCounts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 1 << 20, 0);

        assertThat(ServerText.status("the daemon", counts, 0, false))
                .startsWith("""
                        the daemon                                  count
                        connections open                                1
                        … of them parked                                2
                        connections accepted                            3
                        connections turned away for want of room       11
                        """)
                .endsWith("""
                        memory of buffered bodies                  1.0 MB
                        disk of buffered bodies                      0 KB
                        """);
        assertThat(ServerText.shortages(counts))
                .isEqualTo(
                        "Since the start 11 connections were turned away for want of room, 16 lines are missing from access"
                                + " logs. ('footplate status --show=server' tells more.)");
        assertThat(ServerText.shortages(
                        new ServerCounts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 12, 13, 14, 15, 0, 17, 0, 0)))
                .isEmpty();
    }

    @Test
    void aFailedStartIsToldStepByStep() {
        var journey = new Journey(
                List.of(
                        new Journey.Step("find the app", 2, Journey.Step.DONE),
                        new Journey.Step("wait until it listens", 90_000, Journey.Step.FAILED),
                        new Journey.Step("answer", 0, Journey.Step.NOT_REACHED)),
                List.of("Error: \u001b[31mboom\u001b[0m", "\tat x"),
                "it never listened",
                "Call listen().");

        assertThat(Screen.journey(journey, 0, false))
                .isEqualTo("""
                |    ✓ find the app           2ms
                |    ✗ wait until it listens  1m 30s
                |    · answer                 not reached
                |    The last lines it wrote:
                |      | Error: boom
                |      |  at x
                |    Problem: it never listened.
                |    Cure:    Call listen().
                """.replace("\n|", "\n").substring(1));
    }

    @Test
    void describeTellsWhyAnAppIsDown() {
        var app = new AppInfo(
                "shop",
                "/srv/shop",
                "node app.js",
                AppState.FAILED,
                "http://127.0.0.1:3000",
                List.of("a", "b"),
                1,
                2,
                1,
                0,
                0,
                100,
                "production",
                Map.of("tries", "2", "error-pages", ""),
                List.of(),
                new Problem("shop", "it ended at once", ""),
                new Journey(List.of(), List.of("last words"), "it ended at once", ""));

        assertThat(AppsText.describe(app, 0, false))
                .contains("Problem: it ended at once", "last words", "a, b", "any number of requests each")
                .contains("tries 2", "error-pages none");
    }

    @Test
    void nothingAnAppWritesIsObeyedByATerminal() {
        assertThat(Words.harmless("plain ü 漢 😀")).isEqualTo("plain ü 漢 😀");
        assertThat(Words.harmless("a\u001b[31;1mred\u001b[0mb")).isEqualTo("aredb");
        assertThat(Words.harmless("\u001b]0;title\u0007")).isEqualTo("^[]0;title^G");
        assertThat(Words.harmless("\u009b2J\u007f\u0000")).isEqualTo("\\x9b2J^?^@");
        assertThat(Words.harmless("a\r\nb\tc")).isEqualTo("a  b c");
        assertThat(Words.harmless("gnp\u202e.exe\u2066")).isEqualTo("gnp.exe");
        assertThat(Words.harmless("\ud800x\udc00")).isEqualTo("\ufffdx\ufffd");
        assertThat(Words.harmless("\u001b[")).isEqualTo("^[[");
    }

    @Test
    void widthsAreWhatTerminalsShow() {
        assertThat(Words.width("abc")).isEqualTo(3);
        assertThat(Words.width("漢字")).isEqualTo(4);
        assertThat(Words.width("e\u0301")).isEqualTo(1);
        assertThat(Words.width("😀")).isEqualTo(2);
        assertThat(Words.fit("漢字漢字", 5)).isEqualTo("漢字…");
        assertThat(Words.fit("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Words.fit("abcdef", 5)).isEqualTo("abcd…");
        assertThat(Words.fit("abcdef", 1)).isEqualTo("…");
        assertThat(Words.fit("abcdef", 0)).isEmpty();
    }

    @Test
    void figuresHaveTheirUnits() {
        assertThat(Words.memory(0)).isEqualTo("0 KB");
        assertThat(Words.memory(1_048_575)).isEqualTo("1023 KB");
        assertThat(Words.memory(1_048_576)).isEqualTo("1.0 MB");
        assertThat(Words.memory(104_857_600)).isEqualTo("100 MB");
        assertThat(Words.memory(5L << 30)).isEqualTo("5.0 GB");
        assertThat(Words.span(999)).isEqualTo("0s");
        assertThat(Words.span(59_999)).isEqualTo("59s");
        assertThat(Words.count(1, "process", "processes")).isEqualTo("1 process");
    }

    @Test
    void coloursAreForTerminalsOfThoseWhoWantThem() {
        assertThat(AppsText.table(List.of(app("shop", List.of(BUSY))), 0, false))
                .doesNotContain("\u001b");
        assertThat(AppsText.table(List.of(app("shop", List.of(BUSY))), 0, true)).contains("\u001b[32mrunning\u001b[0m");
        assertThat(Screen.wantsColours(Map.of())).isTrue();
        assertThat(Screen.wantsColours(Map.of("NO_COLOR", ""))).isTrue();
        assertThat(Screen.wantsColours(Map.of("NO_COLOR", "1"))).isFalse();
        assertThat(Screen.wantsColours(Map.of("TERM", "dumb"))).isFalse();
    }

    private static InstanceInfo instance(
            int id,
            @Nullable Long pid,
            InstanceState state,
            long uptime,
            double cpu,
            long memory,
            int sessions,
            long processed,
            @Nullable Long used) {
        return new InstanceInfo("shop", id, 0, pid, state, 3, uptime, cpu, memory, sessions, processed, used, 1, null);
    }

    private static AppInfo app(String name, List<InstanceInfo> instances) {
        return new AppInfo(
                name,
                "/srv/" + name,
                "node app.js",
                AppState.RUNNING,
                "http://127.0.0.1:3000",
                List.of(),
                1,
                2,
                2,
                0,
                4,
                100,
                "production",
                Map.of(),
                instances,
                null,
                null);
    }
}
