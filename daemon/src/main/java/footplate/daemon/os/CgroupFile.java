package footplate.daemon.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the kernel's small files about a cgroup; one that is gone says nothing. */
final class CgroupFile {
    private CgroupFile() {}

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException goneOrNotOurs) {
            return List.of();
        }
    }

    /** The number on the line {@code name N}; 0 if there is none. */
    static long count(Path file, String name) {
        for (var line : lines(file)) {
            if (line.startsWith(name + " ")) {
                return number(line.substring(name.length() + 1));
            }
        }
        return 0;
    }

    /** The number that is all the file holds; 0 if there is none ({@code max}). */
    static long number(Path file) {
        var lines = lines(file);
        return lines.isEmpty() ? 0 : number(lines.getFirst());
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    /** Whether a line of words has this one, as cgroup.controllers and cgroup.subtree_control have. */
    static boolean names(Path file, String word) {
        return lines(file).stream()
                .anyMatch(line -> List.of(line.split(" ", -1)).contains(word));
    }

    /** Writes in one call, as the kernel wants it. */
    static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
    }
}
