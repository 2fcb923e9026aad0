package footplate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The TCP ports that a process and its descendants listen on, from proc(5): what an app opened, whatever else this machine runs. */
final class OpenPorts {
    private OpenPorts() {}

    static Set<Integer> of(ProcessHandle process) throws IOException {
        var sockets = new HashSet<String>();
        for (var one : Stream.concat(Stream.of(process), process.descendants()).toList()) {
            sockets.addAll(socketsOf(one.pid()));
        }
        var ports = new TreeSet<Integer>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                var columns = line.strip().split("\\s+", -1);
                boolean listens = columns.length > 9 && columns[3].equals("0A");
                if (listens && sockets.contains("socket:[" + columns[9] + "]")) {
                    ports.add(Integer.parseInt(columns[1].substring(columns[1].indexOf(':') + 1), 16));
                }
            }
        }
        return ports;
    }

    private static Set<String> socketsOf(long pid) throws IOException {
        var found = new HashSet<String>();
        try (var descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (var descriptor : descriptors.toList()) {
                try {
                    found.add(Files.readSymbolicLink(descriptor).toString());
                } catch (NoSuchFileException _) {
                    // closed since it was listed
                }
            }
        }
        return found;
    }
}
