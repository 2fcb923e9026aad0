package footplate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.file.Facts;
import footplate.core.config.file.FileCheck;
import footplate.yaml.YamlText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the pages for those who come from elsewhere tell to write can be written. */
final class ComingFromTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().resolve("..").normalize();
    private static final Pattern FILE = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (.*?) \\| (.*?) \\|");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern SETTING = Pattern.compile("([a-z_]+): ?(.*)");
    private static final Pattern SECTION = Pattern.compile("(?m)^## (?:`([^`]+)`|The whole file)$");
    private static final String NAMES = """
            apps: { shop: { root: . } }
            upstreams: { legacy: { servers: "a:1" }, b: { servers: "a:1" }, copy: { servers: "a:1" }, db: { servers: "a:1" } }
            """;

    @Test
    void everyWholeFilePassesTheCheck() throws IOException {
        int files = 0;
        for (Path page : pages()) {
            var file = FILE.matcher(Files.readString(page));
            while (file.find()) {
                assertThat(mistakes(file.group(1)))
                        .as(page + ": " + file.group(1))
                        .isEmpty();
                files++;
            }
        }
        assertThat(files).isPositive();
    }

    /** The settings of a row stand together in one route, stream, upstream, app, server or file: where there are such settings. */
    @Test
    void everyRowsSettingsPassTheCheck() throws IOException {
        var sections = sections();
        var wrong = new ArrayList<String>();
        int rows = 0;
        for (Path page : pages()) {
            var row = ROW.matcher(Files.readString(page));
            while (row.find()) {
                var settings = new LinkedHashMap<String, String>();
                var server = new ArrayList<String>();
                var code = CODE.matcher(row.group(2));
                while (code.find()) {
                    var setting = SETTING.matcher(code.group(1));
                    if (code.group(1).startsWith("{ ")) {
                        server.add(code.group(1));
                    } else if (setting.matches()
                            && !setting.group(2).isEmpty()
                            && !setting.group(2).contains("…")) {
                        settings.put(setting.group(1), setting.group(2));
                    }
                }
                for (var one : server) {
                    told(row.group(), List.of("upstreams: { legacy: { servers: [" + one + "] } }"), wrong);
                }
                if (!settings.isEmpty()) {
                    told(row.group(), files(settings, sections), wrong);
                    rows++;
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(rows).isGreaterThan(60);
    }

    /** Takes what is wrong with each of the files, unless one is right. */
    private static void told(String row, List<String> files, List<String> wrong) {
        if (files.stream().noneMatch(file -> mistakes(file).isEmpty())) {
            wrong.add(row);
            files.forEach(file -> wrong.add("  " + file + " " + mistakes(file)));
        }
    }

    /** Files with these settings, one for each section that has them all. */
    private static List<String> files(Map<String, String> settings, Map<String, Set<String>> sections) {
        var all = String.join(
                ", ",
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + ": " + setting.getValue())
                        .toList());
        var names = settings.keySet();
        var files = new ArrayList<String>();
        if (has(sections, "routes[]", names)) {
            boolean leads = names.contains("to") || names.contains("redirect") || names.contains("maintenance");
            files.add(NAMES + "routes: [{ " + all + (leads ? "" : ", to: shop") + " }]");
        }
        if (has(sections, "streams[]", names)) {
            var listen = names.contains("listen") ? "" : ", listen: \":1\"";
            var to = names.contains("to") ? "" : ", to: \"a:1\"";
            files.add("streams: [{ " + all + listen + to + " }]");
        }
        if (has(sections, "", names)) {
            files.add(
                    "{ " + all + (names.contains("streams") ? ", upstreams: { db: { servers: \"a:1\" } }" : "") + " }");
        }
        if (has(sections, "upstreams.NAME", names)) {
            files.add("upstreams: { legacy: { servers: \"a:1\", " + all + " } }");
        }
        if (has(sections, "upstreams.NAME.servers[]", names)) {
            files.add("upstreams: { legacy: { servers: [\"b:1\", { address: \"a:1\", " + all + " }] } }");
        }
        if (has(sections, "apps.NAME", names)) {
            files.add("apps: { shop: { " + all + " } }");
        }
        return files;
    }

    private static boolean has(Map<String, Set<String>> sections, String section, Set<String> names) {
        return sections.getOrDefault(section, Set.of()).containsAll(names);
    }

    /** The settings of the reference, by section; those of the whole file by the empty name. */
    private static Map<String, Set<String>> sections() throws IOException {
        var page = Files.readString(ROOT.resolve("docs/reference/footplate.yml.md"));
        var sections = new LinkedHashMap<String, Set<String>>();
        var heading = SECTION.matcher(page);
        while (heading.find()) {
            int end = page.indexOf("\n## ", heading.end());
            var text = page.substring(heading.end(), end < 0 ? page.length() : end);
            var names = new LinkedHashSet<String>();
            for (var line : text.lines().toList()) {
                if (line.startsWith("| `")) {
                    names.add(line.substring(3, line.indexOf('`', 3)));
                }
            }
            sections.put(heading.group(1) == null ? "" : heading.group(1), names);
        }
        assertThat(sections).containsKeys("", "routes[]", "upstreams.NAME", "apps.NAME");
        return sections;
    }

    private static List<String> mistakes(String text) {
        var outcome = FileCheck.of(YamlText.read(text.getBytes(StandardCharsets.UTF_8)), Facts.NONE);
        return switch (outcome) {
            case FileCheck.Fine _ -> List.of();
            case FileCheck.Refused(var mistakes) ->
                mistakes.stream().map(Object::toString).toList();
        };
    }

    private static Set<Path> pages() throws IOException {
        try (var pages = Files.list(ROOT.resolve("docs/coming-from"))) {
            return new TreeSet<>(pages.toList());
        }
    }
}
