package footplate.proxy;

import footplate.core.config.Setting;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A proxy in a process of its own, for {@link DescriptorsIT}: it prints its port, and does what it is told on its standard
 * input. Arguments: the addresses of the app's processes.
 */
final class LowOnDescriptors {
    private LowOnDescriptors() {}

    public static void main(String[] addresses) throws Exception {
        try (var bench = new Bench(Bench.usual().with(Setting.WORKERS, "1").with(Setting.LINGERING_TIME, "1s"))) {
            for (var address : addresses) {
                bench.add(address);
            }
            Deque<FileInputStream> held = new ArrayDeque<>();
            var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            System.out.println(bench.port);
            for (var command = commands.readLine(); command != null; command = commands.readLine()) {
                System.out.println(obey(command, bench, held));
            }
        }
    }

    private static String obey(String command, Bench bench, Deque<FileInputStream> held) throws IOException {
        return switch (command) {
            case "take-all" -> takeAll(held);
            case "give-back" -> {
                while (!held.isEmpty()) {
                    held.remove().close();
                }
                yield "given";
            }
            default ->
                bench.proxy.stats().connections() + " " + bench.proxy.stats().turnedAway();
        };
    }

    private static String takeAll(Deque<FileInputStream> held) {
        try {
            while (held.size() < 10_000) {
                held.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException noneLeft) {
            return "taken";
        }
        return "there is no limit";
    }
}
