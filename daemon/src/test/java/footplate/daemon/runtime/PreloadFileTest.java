package footplate.daemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreloadFileTest {
    @TempDir
    Path folder;

    @Test
    void itIsWrittenOnceAndMendedIfItWasChanged() throws IOException {
        var file = PreloadFile.in(folder);
        assertThat(file.getFileName().toString()).matches(PreloadFile.NAME);
        var content = Files.readString(file);
        assertThat(content).startsWith("'use strict'");
        var written = Files.getLastModifiedTime(file);
        assertThat(PreloadFile.in(folder)).isEqualTo(file);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(written);
        Files.writeString(file, "torn");
        PreloadFile.in(folder);
        assertThat(file).hasContent(content);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void nodeFindsItWhateverItsFolderIsCalled() throws IOException {
        var odd = Files.createDirectory(folder.resolve("a \"b\" \\ c"));
        var node = new ProcessBuilder("node", "-p", "typeof process.send").redirectErrorStream(true);
        node.environment().put("NODE_OPTIONS", LaunchPlan.nodeOptions(PreloadFile.in(odd), "--no-warnings"));
        node.environment().keySet().removeIf(name -> name.startsWith("FOOTPLATE_"));
        assertThat(new String(node.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("function\n");
    }
}
