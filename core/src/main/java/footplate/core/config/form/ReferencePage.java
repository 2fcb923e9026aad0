package footplate.core.config.form;

import java.util.ArrayList;
import java.util.List;

/** The reference page of a section and all below it. */
public final class ReferencePage {
    private final StringBuilder page = new StringBuilder();

    private ReferencePage() {}

    /**
     * The page.
     *
     * @param title its heading
     * @param introduction Markdown between the heading and the tables
     */
    public static String of(String title, String introduction, Section section) {
        var whole = new ReferencePage();
        whole.page
                .append("# ")
                .append(title)
                .append("\n\n")
                .append(introduction)
                .append('\n');
        whole.section("The whole file", section, "");
        return whole.page.toString();
    }

    private record Below(String path, Section section) {}

    private void section(String heading, Section section, String path) {
        page.append("\n## ")
                .append(heading)
                .append("\n\n")
                .append(section.meaning())
                .append("\n\n");
        page.append("| setting | value | default | meaning |\n| --- | --- | --- | --- |\n");
        List<Below> below = new ArrayList<>();
        for (var name : section.names()) {
            var key = section.named(name);
            if (key != null) {
                row(key);
                below(key.form(), path + name, below);
            }
        }
        for (var one : below) {
            section("`" + one.path() + "`", one.section(), one.path() + ".");
        }
    }

    private void row(Key key) {
        page.append("| `")
                .append(key.name())
                .append("` | ")
                .append(value(key.form()).replace("|", "\\|"))
                .append(" | ")
                .append(key.standard().isEmpty() ? "" : "`" + key.standard() + "`")
                .append(" | ")
                .append(key.meaning().replace("|", "\\|"))
                .append(" |\n");
    }

    /** A form in words. */
    private static String value(Form form) {
        return switch (form) {
            case Form.Time _ -> "time";
            case Form.Size _ -> "size";
            case Form.Count(var least, var most) -> "number, " + least + " to " + most;
            case Form.Share _ -> "percentage";
            case Form.Choice(var words) ->
                String.join(", ", words.stream().map(word -> "`" + word + "`").toList());
            case Form.Switch _ -> "`true`, `false`";
            case Form.Text(var syntax) -> syntax.kind();
            case Form.Hidden _ -> "text, `${NAME}`, or `!file path`";
            case Form.OfSetting(var setting) ->
                switch (setting.kind()) {
                    case TIME -> "time";
                    case SIZE -> "size";
                    case COUNT -> "number";
                    case TEXT -> "text";
                    case CHOICE -> value(new Form.Choice(setting.choices()));
                };
            case Form.Many(var each, var alone) ->
                (alone ? value(each) + "; or a list of them" : "list: " + value(each));
            case Form.Named(var what, var _, var each) -> "by " + what + ": " + value(each);
            case Form.Block _ -> "settings";
            case Form.Either(var brief, var full) -> value(brief) + "; or " + value(full);
        };
    }

    private static void below(Form form, String path, List<Below> below) {
        switch (form) {
            case Form.Block(var section) -> below.add(new Below(path, section));
            case Form.Many(var each, var _) -> below(each, path + "[]", below);
            case Form.Named(var _, var _, var each) -> below(each, path + ".NAME", below);
            case Form.Either(var brief, var full) -> {
                below(brief, path, below);
                below(full, path, below);
            }
            case Form.Time _,
                    Form.Size _,
                    Form.Count _,
                    Form.Share _,
                    Form.Choice _,
                    Form.Switch _,
                    Form.Text _,
                    Form.Hidden _,
                    Form.OfSetting _ -> {}
        }
    }
}
