package footplate.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.file.Configuration;
import footplate.core.config.file.Facts;
import footplate.core.config.file.FileCheck;
import footplate.core.config.file.FileKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The commonest mistakes, each a file with the words that answer it beside it. {@code -Dfootplate.golden.write=true} writes the words anew:
 * then read them.
 */
final class GoldenTest {
    private static final Path RESOURCES = Path.of("src/test/resources");

    /** Paths with "missing" in them lead nowhere, those with "unreadable" are not ours; there is one variable. */
    static final Facts FACTS = new Facts() {
        @Override
        public @Nullable String variable(String name) {
            return name.equals("NODE_ENV") ? "production" : null;
        }

        @Override
        public Found folder(String path) {
            return file(path);
        }

        @Override
        public Found file(String path) {
            return path.contains("missing")
                    ? Found.NOTHING
                    : path.contains("unreadable") ? Found.UNREADABLE : Found.FINE;
        }
    };

    static FileCheck.Outcome check(byte[] bytes) {
        return FileCheck.of(YamlText.read(bytes), FACTS);
    }

    static Configuration good(Path file) throws IOException {
        return switch (check(Files.readAllBytes(file))) {
            case FileCheck.Fine(var configuration) -> configuration;
            case FileCheck.Refused refused -> throw new AssertionError(words(refused));
        };
    }

    private static String words(FileCheck.Outcome outcome) {
        return switch (outcome) {
            case FileCheck.Fine _ -> "fine\n";
            case FileCheck.Refused(var mistakes) -> {
                var words = new StringBuilder();
                mistakes.forEach(one -> words.append(one.in(FileKeys.FILE_NAME)).append('\n'));
                yield words.toString();
            }
        };
    }

    static List<Path> files(String folder) throws IOException {
        try (var files = Files.list(RESOURCES.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        }
    }

    @TestFactory
    List<DynamicTest> everyMistakeHasItsWords() throws IOException {
        var files = files("mistakes");
        assertThat(files).hasSizeGreaterThanOrEqualTo(30);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> hasItsWords(file)))
                .toList();
    }

    private static void hasItsWords(Path file) throws IOException {
        var expected = Path.of(file.toString().replace(".yml", ".txt"));
        var words = words(check(Files.readAllBytes(file)));
        if (Boolean.getBoolean("footplate.golden.write")) {
            Files.writeString(expected, words);
        }

        assertThat(words).isNotEqualTo("fine\n");
        assertThat(expected).content().isEqualTo(words);
    }

    @Test
    void goodFilesAreFine() throws IOException {
        for (var file : files("good")) {
            assertThat(good(file).routes()).describedAs(file.toString()).isNotEmpty();
        }
    }
}
