package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.config.Setting;
import footplate.core.route.Availability;
import footplate.testkit.Wire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever path is asked for, nothing outside the folder is sent and nothing hidden in it. */
class PathFuzzTest {
    /** Pieces of names and ways out, plain, encoded once, twice, too long, with the separators of other systems. */
    private static final String[] PIECES = {
        "/",
        "/",
        "/",
        "..",
        ".",
        "%2e",
        "%2E%2e",
        "%2f",
        "%2F",
        "%5c",
        "\\",
        "%00",
        "%252e",
        "%252e%252e",
        "%252f",
        "%c0%ae",
        "%c0%af",
        "%e0%80%ae",
        "%f0%80%80%ae",
        "%uff0e",
        "..;",
        ";",
        ":",
        "~",
        "%",
        "%g",
        "secret",
        "public",
        "inside.txt",
        "sub",
        "out",
        "link.txt",
        ".hidden",
        ".git",
        "config",
        "%73ecret",
        "*",
        "?",
        "#",
        "//",
        "/./",
        "/../",
        "index.html",
        "%20",
        "%0d%0a",
        ".well-known",
        "..%00",
        "....//",
        "%ff"
    };

    @TempDir
    Path folder;

    /** The public folder, and what must not be seen beside it. */
    private Path files() throws Exception {
        var shown = Files.createDirectory(folder.resolve("public"));
        Files.createDirectories(shown.resolve("sub/.git"));
        Files.createDirectories(folder.resolve("out"));
        for (var secret : new String[] {
            "secret",
            "link.txt",
            "inside.txt",
            "index.html",
            "config",
            "out/secret",
            "out/inside.txt",
            "out/index.html",
            "public/.hidden",
            "public/sub/.git/config",
            "public/sub/.hidden"
        }) {
            Files.writeString(folder.resolve(secret), "SECRET");
        }
        Files.writeString(shown.resolve("inside.txt"), "INSIDE");
        Files.writeString(shown.resolve("sub/inside.txt"), "INSIDE");
        Files.writeString(shown.resolve("index.html"), "INSIDE");
        Files.createSymbolicLink(shown.resolve("out"), folder.resolve("out"));
        Files.createSymbolicLink(shown.resolve("link.txt"), folder.resolve("secret"));
        Files.createSymbolicLink(shown.resolve("sub/secret"), Path.of("../../secret"));
        return shown;
    }

    private static String target(Random random) {
        var target = new StringBuilder(random.nextInt(20) == 0 ? "http://a" : "/");
        for (int i = random.nextInt(9); i > 0; i--) {
            target.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return target.toString();
    }

    @Test
    void nothingOutsideAndNothingHiddenIsSent() throws Exception {
        var shown = files();
        try (var bench = new Bench(Bench.usual().with(Setting.WORKERS, "1"))) {
            bench.publicDirectory = shown.toString();
            bench.availability = new Availability.FilesOnly();
            bench.publish();
            var wires = new Wire[] {bench.client()};
            int[] seen = new int[2];
            Seeds.each(6_000, random -> {
                try {
                    var target = target(random);
                    var accept = random.nextBoolean() ? "Accept: text/html\r\n" : "";
                    var answer = wires[0].send("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + accept + "\r\n")
                            .readAnswer();
                    assertThat(answer).as(target).startsWith("HTTP/1.1 ").doesNotContain("SECRET");
                    assertThat(answer).as(target).matches(a -> !a.contains("\r\nLocation: //"));
                    seen[answer.startsWith("HTTP/1.1 200 ") ? 0 : 1]++;
                    if (answer.contains("\r\nConnection: close\r\n")) {
                        wires[0].close();
                        wires[0] = bench.client();
                    }
                } catch (java.io.IOException failure) {
                    throw new AssertionError(failure);
                }
            });
            wires[0].close();
            // The fuzzer reaches files, and is refused: else it proves nothing.
            assertThat(seen[0]).isGreaterThan(50);
            assertThat(seen[1]).isGreaterThan(1_000);
        }
    }
}
