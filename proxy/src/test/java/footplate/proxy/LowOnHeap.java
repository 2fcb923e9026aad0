package footplate.proxy;

import footplate.core.config.Setting;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A proxy in a process of its own, for {@link HeapIT}: it prints its port and its largest heap, and for each line on its standard input how many connections
 * it has, how many of them are parked, how many it has turned away, and its mistakes. Argument: the address of the app.
 */
final class LowOnHeap {
    private LowOnHeap() {}

    public static void main(String[] address) throws Exception {
        var settings = Bench.usual().with(Setting.WORKERS, "1").with(Setting.LINGERING_TIME, "1s");
        try (var bench = new Bench(settings)) {
            bench.add(address[0]);
            var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            System.out.println(bench.port + " " + Runtime.getRuntime().maxMemory());
            while (lines.readLine() != null) {
                var stats = bench.proxy.stats();
                System.out.println(
                        stats.connections() + " " + stats.parked() + " " + stats.turnedAway() + " " + bench.bugs);
            }
        }
    }
}
