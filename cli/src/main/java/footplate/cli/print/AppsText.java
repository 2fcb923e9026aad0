package footplate.cli.print;

import footplate.api.json.Fields;
import footplate.api.v1.AppInfo;
import footplate.api.v1.InstanceInfo;
import footplate.api.v1.Problem;
import footplate.api.v1.RequestInfo;
import footplate.cli.print.Table.Cell;
import footplate.cli.print.Table.Column;
import java.util.ArrayList;
import java.util.List;

/** Apps, their processes and their requests in words. */
public final class AppsText {
    private AppsText() {}

    /** {@return the table of {@code list}: a row for each instance, and one for an app that has none} */
    public static String table(List<AppInfo> apps, int width, boolean colours) {
        var table = new Table(List.of(
                new Column("app", false, true),
                new Column("id", true, false),
                new Column("pid", true, false),
                new Column("state", false, false),
                new Column("restarts", true, false),
                new Column("uptime", true, false),
                new Column("cpu", true, false),
                new Column("memory", true, false),
                new Column("sessions", true, false),
                new Column("processed", true, false)));
        for (AppInfo app : apps) {
            for (InstanceInfo instance : app.instances()) {
                Long pid = instance.pid();
                table.row(List.of(
                        Cell.of(app.name()),
                        Cell.of(instance.id()),
                        pid == null ? nothing() : Cell.of(pid),
                        state(Fields.wireName(instance.state())),
                        Cell.of(instance.restarts()),
                        pid == null ? nothing() : Cell.of(Words.span(instance.uptimeMs())),
                        pid == null ? nothing() : Cell.of(Words.percent(instance.cpuPercent())),
                        pid == null ? nothing() : Cell.of(Words.memory(instance.memoryBytes())),
                        Cell.of(instance.sessions()),
                        Cell.of(instance.processed())));
            }
            if (app.instances().isEmpty()) {
                table.row(List.of(
                        Cell.of(app.name()),
                        nothing(),
                        nothing(),
                        state(Fields.wireName(app.state())),
                        nothing(),
                        nothing(),
                        nothing(),
                        nothing(),
                        nothing(),
                        nothing()));
            }
        }
        return table.text(width, colours);
    }

    /** {@return {@code status}: each app with its queue and its processes} */
    public static String status(List<AppInfo> apps, int width, boolean colours) {
        var text = new StringBuilder();
        for (AppInfo app : apps) {
            if (!text.isEmpty()) {
                text.append('\n');
            }
            status(text, app, width, colours);
        }
        return text.toString();
    }

    private static void status(StringBuilder text, AppInfo app, int width, boolean colours) {
        String state = Fields.wireName(app.state());
        text.append(Colour.BOLD.paint(Words.harmless(app.name()), colours));
        text.append("  ").append(Colour.ofState(state).paint(state, colours));
        text.append("  ").append(Words.harmless(app.url())).append('\n');
        line(text, "  Root:  " + app.root() + "  (" + app.launch() + ")", width);
        line(text, "  Queue: " + app.queued() + " of " + app.maxQueue() + " waiting", width);
        Problem problem = app.problem();
        if (problem != null) {
            line(text, "  Problem: " + problem.what(), 0);
        }
        int[] widths = new int[3];
        for (boolean measured : new boolean[] {false, true}) {
            for (InstanceInfo instance : app.instances()) {
                process(measured ? text : new StringBuilder(), instance, widths, colours);
            }
        }
    }

    /** Two lines a process; the first call for each app's processes only widens {@code widths}. */
    private static void process(StringBuilder text, InstanceInfo instance, int[] widths, boolean colours) {
        Long pid = instance.pid();
        Long lastUsed = instance.lastUsedMs();
        String state = Fields.wireName(instance.state());
        text.append("  * ");
        cell(text, "PID: " + (pid == null ? "none" : pid), widths, 0);
        cell(text, "Sessions: " + instance.sessions(), widths, 1);
        cell(text, "Processed: " + instance.processed(), widths, 2);
        text.append("Uptime: ").append(Words.span(instance.uptimeMs())).append("\n    ");
        cell(text, "CPU: " + Words.percent(instance.cpuPercent()), widths, 0);
        cell(text, "Memory: " + Words.memory(instance.memoryBytes()), widths, 1);
        cell(text, "Last used: " + (lastUsed == null ? "never" : Words.span(lastUsed) + " ago"), widths, 2);
        text.append("State: ").append(Colour.ofState(state).paint(state, colours));
        text.append("  (id ").append(instance.id()).append(")\n");
    }

    private static void cell(StringBuilder text, String words, int[] widths, int column) {
        widths[column] = Math.max(widths[column], words.length());
        text.append(words).repeat(' ', widths[column] - words.length() + 3);
    }

    /** {@return {@code describe}: everything known of an app} */
    public static String describe(AppInfo app, int width, boolean colours) {
        var text = new StringBuilder();
        status(text, app, width, colours);
        line(text, "  Environment: " + app.environmentName(), width);
        line(text, "  Hosts:       " + (app.hosts().isEmpty() ? "any" : String.join(", ", app.hosts())), width);
        line(
                text,
                "  Processes:   " + app.target() + " wanted, " + app.min() + " to " + app.max() + "; "
                        + (app.concurrency() == 0
                                ? "any number of requests each"
                                : Words.count(app.concurrency(), "request each", "requests each")),
                width);
        if (!app.settings().isEmpty()) {
            List<String> settings = new ArrayList<>();
            app.settings().forEach((name, value) -> settings.add(name + " " + (value.isEmpty() ? "none" : value)));
            line(text, "  Settings:    " + String.join(", ", settings), width);
        }
        for (InstanceInfo instance : app.instances()) {
            String address = instance.address();
            line(
                    text,
                    "  Process " + instance.id() + ":   number " + instance.index() + ", generation "
                            + instance.generation() + ", "
                            + Words.count(instance.restarts(), "restart", "restarts")
                            + (address == null ? "" : ", at " + address),
                    width);
        }
        var journey = app.journey();
        if (journey != null) {
            text.append("  The last start that failed:\n").append(Screen.journey(journey, width, colours));
        }
        return text.toString();
    }

    /** {@return the table of {@code status --show=requests}} */
    public static String requests(List<RequestInfo> requests, int width, boolean colours) {
        var table = new Table(List.of(
                new Column("app", false, true),
                new Column("method", false, false),
                new Column("host", false, true),
                new Column("path", false, true),
                new Column("state", false, false),
                new Column("since", true, false),
                new Column("id", true, false),
                new Column("pid", true, false)));
        for (RequestInfo request : requests) {
            Integer instance = request.instance();
            Long pid = request.pid();
            table.row(List.of(
                    Cell.of(request.app()),
                    Cell.of(request.method()),
                    Cell.of(request.host()),
                    Cell.of(request.path()),
                    Cell.of(Fields.wireName(request.state())),
                    Cell.of(Words.exact(request.sinceMs())),
                    instance == null ? nothing() : Cell.of(instance),
                    pid == null ? nothing() : Cell.of(pid)));
        }
        return table.text(width, colours);
    }

    private static Cell state(String state) {
        return new Cell(state, Colour.ofState(state));
    }

    private static Cell nothing() {
        return new Cell("-", Colour.DIM);
    }

    private static void line(StringBuilder text, String words, int width) {
        String safe = Words.harmless(words);
        text.append(width > 0 ? Words.fit(safe, width) : safe).append('\n');
    }
}
