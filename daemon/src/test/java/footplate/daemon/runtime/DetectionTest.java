package footplate.daemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Launch;
import footplate.core.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectionTest {
    @TempDir
    Path root;

    @TempDir
    Path tools;

    @BeforeEach
    void aNodeIsOnThePath() throws IOException {
        var node = Files.createFile(tools.resolve("node"));
        assertThat(node.toFile().setExecutable(true)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "app.js server.js index.js, app.js",
        "index.js server.js, server.js",
        "index.mjs, index.mjs",
        "server.cjs index.js, server.cjs",
    })
    void aStartFileIsTheApp(String files, String chosen) throws IOException {
        for (String name : files.split(" ", -1)) {
            write(name, "");
        }
        assertThat(launch()).isEqualTo(script(chosen));
    }

    @Test
    void theStartScriptIsTheAuthorsWord() throws IOException {
        write("app.js", "module.exports = 'does not listen'");
        write("bin/www", "");
        write("package.json", "{\"scripts\":{\"start\":\"node ./bin/www --verbose\"}}");
        assertThat(launch()).isEqualTo(new Launch.Node(root.resolve("bin/www").toString(), List.of("--verbose")));
    }

    @ParameterizedTest
    @CsvSource({"next start", "NODE_ENV=production node app.js", "node --inspect app.js", "node missing.js"})
    void aStartScriptThatIsMoreThanAScriptRunsAsNpmWould(String line) throws IOException {
        write("app.js", "");
        write("package.json", "{\"scripts\":{\"start\":\"%s\"}}".formatted(line));
        assertThat(launch()).isEqualTo(new Launch.NpmStart(line));
    }

    @Test
    void aPrestartScriptIsNotSkipped() throws IOException {
        write("app.js", "");
        write("package.json", "{\"scripts\":{\"start\":\"node app.js\",\"prestart\":\"make\"}}");
        assertThat(launch()).isEqualTo(new Launch.NpmStart("node app.js"));
    }

    @ParameterizedTest
    @CsvSource({"pm2 start app.js", "nodemon app.js", "npx passenger start", "footplate run ."})
    void aStartScriptOfAnotherSupervisorIsPassedOver(String line) throws IOException {
        write("app.js", "");
        write("package.json", "{\"scripts\":{\"start\":\"%s\"}}".formatted(line));
        assertThat(launch()).isEqualTo(script("app.js"));
        Files.delete(root.resolve("app.js"));
        assertThat(launch()).isEqualTo(new Launch.NpmStart(line));
    }

    @ParameterizedTest
    @CsvSource({"lib/main.js, lib/main.js", "lib/main, lib/main.js", "./lib, lib/index.js", "lib/m.mjs, lib/m.mjs"})
    void mainIsResolvedAsNodeDoes(String main, String file) throws IOException {
        write(file, "");
        write("package.json", "{\"main\":\"%s\"}".formatted(main));
        assertThat(launch()).isEqualTo(script(file));
    }

    @Test
    void aFileIsTheScriptWhateverItsFolderHolds() throws IOException {
        write("app.js", "");
        write("other.mjs", "");
        write("package.json", "{\"scripts\":{\"start\":\"node app.js\"}}");
        assertThat(detect("other.mjs")).isEqualTo(new Detected.App(root, script("other.mjs"), List.of()));
    }

    @Test
    void aScriptInAnInnerFolderBelongsToTheAppAroundIt() throws IOException {
        write("package.json", "{}");
        write("bin/www", "");
        write("examples/app.js", "");
        assertThat(((Detected.App) detect("bin/www")).root()).isEqualTo(root);
        assertThat(((Detected.App) detect("examples/app.js")).root()).isEqualTo(root.resolve("examples"));
    }

    @Test
    void aCommandIsTakenAsItIs() {
        assertThat(Detection.of(root, "python3 server.py", "/nowhere"))
                .isEqualTo(new Detected.App(root, new Launch.Command("python3 server.py"), List.of()));
    }

    @Test
    void aCommandThatStartsANodeScriptIsANodeApp() throws IOException {
        write("x.js", "");
        write("package.json", "{\"scripts\":{\"start\":\"next\"}}");
        assertThat(((Detected.App) Detection.of(root, "node x.js a 'b c'", tools.toString())).launch())
                .isEqualTo(new Launch.Node(root.resolve("x.js").toString(), List.of("a", "b c")));
        assertThat(((Detected.App) Detection.of(root, "npm start", tools.toString())).launch())
                .isEqualTo(new Launch.NpmStart("next"));
    }

    @Test
    void missingModulesAreWarnedOf() throws IOException {
        write("app.js", "");
        write("package.json", "{\"dependencies\":{\"express\":\"5\"}}");
        assertThat(((Detected.App) detect("")).warnings())
                .containsExactly(new Problem(
                        root.resolve("package.json").toString(),
                        "names 1 dependency, and there is no node_modules.",
                        "Run 'npm install' in " + root + "."));
        Files.createDirectory(root.resolve("node_modules"));
        assertThat(((Detected.App) detect("")).warnings()).isEmpty();
    }

    @Test
    void anEmptyFolderIsNoApp() {
        assertThat(problem("").what()).contains("start script", "main", "app.js", "server.js", "index.js");
        assertThat(problem("").mend()).contains("--command");
    }

    @Test
    void whatDoesNotExistIsSaid() throws IOException {
        assertThat(problem("nope").what()).isEqualTo("there is no such folder or file.");
        Files.createSymbolicLink(root.resolve("link"), root.resolve("nope"));
        assertThat(problem("link").what()).isEqualTo("is a link to nothing.");
    }

    @Test
    void brokenJsonIsSaidWithItsPlace() throws IOException {
        write("app.js", "");
        write("package.json", "{\n  \"name\": \"x\",\n  'main': 1\n}\n");
        assertThat(problem("").where()).isEqualTo(root.resolve("package.json") + ":3:4");
        assertThat(problem("").what()).isEqualTo("is not JSON.");
        write("package.json", "{\"a\":1");
        assertThat(problem("").where()).startsWith(root.resolve("package.json") + ":1:");
        write("package.json", "[]");
        assertThat(problem("").what()).isEqualTo("is not a JSON object.");
        write("package.json", "[".repeat(100_000));
        assertThat(problem("").what()).isEqualTo("is not JSON.");
    }

    @Test
    void fieldsOfTheWrongKindAreIgnored() throws IOException {
        write("app.js", "");
        write("package.json", "\uFEFF{\"main\":[1],\"scripts\":{\"start\":{}},\"dependencies\":7,\"name\":null}");
        assertThat(launch()).isEqualTo(script("app.js"));
        write("package.json", "{\"scripts\":\"x\"}");
        assertThat(launch()).isEqualTo(script("app.js"));
    }

    @Test
    void aMainThatIsNotThereIsSaid() throws IOException {
        write("package.json", "{\"main\":\"dist/main.js\"}");
        assertThat(problem("").what()).isEqualTo("its main is 'dist/main.js', and there is no such file.");
    }

    @Test
    void anotherKindOfAppIsToldItsCommand() throws IOException {
        write("config.ru", "");
        assertThat(problem("").what()).isEqualTo("there is a config.ru, and no Node app.");
        assertThat(problem("").mend()).contains("puma");
        assertThat(problem("config.ru").what()).contains("not a script for Node");
    }

    @Test
    void withoutNodeNothingIsPromised() throws IOException {
        write("app.js", "");
        var found = (Detected.Refused) Detection.of(root, "", "/nowhere");
        assertThat(found.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.where()).isEqualTo("node");
            assertThat(problem.what()).isEqualTo("is not on the PATH (/nowhere).");
        });
    }

    private Launch launch() {
        return ((Detected.App) detect("")).launch();
    }

    private Problem problem(String name) {
        return ((Detected.Refused) detect(name)).problems().getFirst();
    }

    private Detected detect(String name) {
        return Detection.of(root.resolve(name), "", tools.toString());
    }

    private Launch script(String name) {
        return new Launch.Node(root.resolve(name).toString(), List.of());
    }

    private void write(String name, String text) throws IOException {
        var file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
