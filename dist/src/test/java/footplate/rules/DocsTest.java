package footplate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.cli.parse.Command;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Flag;
import footplate.cli.parse.HelpText;
import footplate.cli.parse.Parser;
import footplate.core.config.file.FileKeys;
import footplate.core.config.form.JsonSchema;
import footplate.core.config.form.ReferencePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation names is there. Set {@code -Dfootplate.docs.write=true} to write generated pages anew. */
final class DocsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().resolve("..").normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#: ]+)(#[^)]*)?\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern CLASS = Pattern.compile("footplate(\\.[a-z0-9]+)+\\.[A-Z]\\w*");
    private static final Pattern CALL = Pattern.compile("footplate ([a-z]+)((?: [^`'\\n#|]+)?)");
    private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
    private static final List<String> MODULES =
            List.of("core", "yaml", "api", "proxy", "daemon", "cli", "dist", "testkit", "bench");

    @Test
    void thePageOfTheCommandLineIsWhatTheDeclarationsSay() throws IOException {
        isAsGenerated("docs/reference/cli.md", HelpText.page());
    }

    @Test
    void thePageOfTheConfigurationFileIsWhatTheDeclarationsSay() throws IOException {
        isAsGenerated(
                "docs/reference/footplate.yml.md",
                ReferencePage.of(FileKeys.FILE_NAME, FileKeys.INTRODUCTION, FileKeys.SECTION));
        isAsGenerated(
                "docs/reference/footplate.schema.json",
                JsonSchema.of(FileKeys.SCHEMA_ID, FileKeys.FILE_NAME, FileKeys.SECTION));
    }

    private static void isAsGenerated(String name, String text) throws IOException {
        Path page = ROOT.resolve(name);
        if (Boolean.getBoolean("footplate.docs.write")) {
            Files.writeString(page, text);
        }

        assertThat(page).content().isEqualTo(text);
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        int links = 0;
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                assertThat(page.resolveSibling(link.group(1)).normalize())
                        .describedAs("link in " + page)
                        .exists();
                links++;
            }
        }
        assertThat(links).isPositive();
    }

    @Test
    void everyFileAndClassThatIsNamedIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        int found = 0;
        for (Path page : pages()) {
            Matcher code = CODE.matcher(Files.readString(page));
            while (code.find()) {
                String name = code.group(1);
                if (isPath(name) ? !pathExists(name) : CLASS.matcher(name).matches() && !classExists(name)) {
                    missing.add(ROOT.relativize(page) + ": " + name);
                }
                found += isPath(name) || CLASS.matcher(name).matches() ? 1 : 0;
            }
        }
        assertThat(missing).isEmpty();
        assertThat(found).isGreaterThan(5);
    }

    @Test
    void everyFlagAndCommandThatIsNamedExists() throws IOException {
        Set<String> known = new HashSet<>();
        for (Command command : Commands.all()) {
            known.addAll(flags(command));
        }
        List<String> wrong = new ArrayList<>();
        int calls = 0;
        for (Path page : pages()) {
            String text = Files.readString(page);
            Matcher call = CALL.matcher(text);
            while (call.find()) {
                boolean typed = call.start() > 0 && "`/'".indexOf(text.charAt(call.start() - 1)) >= 0;
                Command command = Commands.named(call.group(1));
                if (!typed) {
                    continue;
                }
                calls++;
                if (command == null) {
                    wrong.add(ROOT.relativize(page) + ": footplate " + call.group(1));
                    continue;
                }
                Matcher flag = FLAG.matcher(call.group(2));
                while (flag.find()) {
                    if (!flags(command).contains(flag.group())) {
                        wrong.add(ROOT.relativize(page) + ": footplate " + command.name() + " " + flag.group());
                    }
                }
            }
            Matcher code = CODE.matcher(text);
            while (code.find()) {
                Matcher flag = FLAG.matcher(code.group(1));
                if (flag.lookingAt() && !known.contains(flag.group())) {
                    wrong.add(ROOT.relativize(page) + ": " + flag.group());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(calls).isGreaterThan(3);
    }

    private static Set<String> flags(Command command) {
        Set<String> names = new HashSet<>(Set.of(Parser.HELP.name()));
        for (Flag flag : command.allFlags()) {
            names.add(flag.name());
        }
        return names;
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(path -> path.toString().endsWith(".md")).forEach(pages::add);
        }
        assertThat(pages).hasSizeGreaterThan(2);
        return pages;
    }

    /** A path from the top: its first part is a folder of ours, and nothing in it stands for something else. */
    private static boolean isPath(String name) {
        int slash = name.indexOf('/');
        if (slash < 1 || name.chars().anyMatch(c -> "*{} <>$…".indexOf(c) >= 0)) {
            return false;
        }
        String first = name.substring(0, slash);
        return MODULES.contains(first) || first.equals("docs") || first.equals("examples");
    }

    /** In full, or as a noun: {@code core/pool/Load} is {@code core/src/main/java/footplate/core/pool/Load.java}. */
    private static boolean pathExists(String name) {
        if (Files.exists(ROOT.resolve(name)) || name.contains("/target/") || name.endsWith("/target")) {
            return true;
        }
        int slash = name.indexOf('/');
        String module = name.substring(0, slash);
        Path packages = ROOT.resolve(module).resolve("src/main/java/footplate").resolve(module);
        String rest = name.substring(slash + 1);
        return MODULES.contains(module)
                && (Files.exists(packages.resolve(rest)) || Files.exists(packages.resolve(rest + ".java")));
    }

    private static boolean classExists(String name) {
        String file = name.replace('.', '/') + ".java";
        return MODULES.stream()
                .anyMatch(module -> Files.exists(
                                ROOT.resolve(module).resolve("src/main/java").resolve(file))
                        || Files.exists(
                                ROOT.resolve(module).resolve("src/test/java").resolve(file)));
    }
}
