package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.ControlClient;
import footplate.api.client.HomeLayout;
import footplate.api.json.Fields;
import footplate.api.json.Json;
import footplate.api.json.JsonBody;
import footplate.api.v1.AppInfo;
import footplate.api.v1.Apps;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.InstanceInfo;
import footplate.api.v1.PingInfo;
import footplate.api.v1.Problem;
import footplate.api.v1.RequestInfo;
import footplate.api.v1.RequestsUnderWay;
import footplate.api.v1.ServerCounts;
import footplate.api.v1.TargetRequest;
import footplate.api.v1.UpstreamInfo;
import footplate.api.v1.Upstreams;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Parsed;
import footplate.cli.print.AppsText;
import footplate.cli.print.Screen;
import footplate.cli.print.ServerText;
import footplate.cli.print.UpstreamsText;
import footplate.cli.print.Words;
import java.util.ArrayList;
import java.util.List;

/** The commands that only look: {@code list status describe ping}. */
final class Listing {
    private Listing() {}

    static int list(Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        HomeLayout home = HomeLayout.of(around.environment());
        List<Reach.Reply<Apps>> replies = Reach.askAll(Reach.peers(home, around), ControlClient::list);
        List<AppInfo> apps = merged(replies, screen);
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(rows(apps)) + '\n');
        } else {
            screen.print(AppsText.table(apps, screen.width(), screen.colourOut()));
            noteProblems(apps, screen);
        }
        noteIfNobody(replies, home, screen);
        return Cli.DONE;
    }

    /** The table has no room for reasons. */
    private static void noteProblems(List<AppInfo> apps, Screen screen) {
        for (AppInfo app : apps) {
            Problem problem = app.problem();
            if (problem != null) {
                screen.note(
                        app.name() + ": " + problem.what() + " ('footplate describe " + app.name() + "' tells more.)");
            }
        }
    }

    static int status(Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        HomeLayout home = HomeLayout.of(around.environment());
        String target = parsed.operand(0);
        if ("requests".equals(parsed.text(Commands.SHOW))) {
            return requests(parsed, home, around);
        }
        if ("upstreams".equals(parsed.text(Commands.SHOW))) {
            return upstreams(parsed, home, around);
        }
        if ("server".equals(parsed.text(Commands.SHOW))) {
            return server(parsed, home, around);
        }
        List<Reach.Reply<Apps>> replies = target == null || target.equals(TargetRequest.ALL)
                ? Reach.askAll(Reach.peers(home, around), ControlClient::list)
                : Reach.askFor(target, home, around, client -> client.describe(target));
        List<AppInfo> apps = merged(replies, screen);
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(apps) + '\n');
        } else {
            screen.print(AppsText.status(apps, screen.width(), screen.colourOut()));
            boolean all = target == null || target.equals(TargetRequest.ALL);
            boolean upstreams = all && upstreams(home, around);
            if (all) {
                noteShortages(home, around);
            }
            if (apps.isEmpty() && !replies.isEmpty() && !upstreams) {
                screen.line("No app is defined. 'footplate start DIR' starts one.");
            }
        }
        noteIfNobody(replies, home, screen);
        return Cli.DONE;
    }

    private static int upstreams(Parsed parsed, HomeLayout home, Surroundings around)
            throws HomeLayout.Unusable, CallFailed {
        if (!parsed.has(Commands.JSON)) {
            if (!upstreams(home, around)) {
                around.screen().line("No configuration file with upstreams is in force.");
            }
            return Cli.DONE;
        }
        List<UpstreamInfo> all = new ArrayList<>();
        for (Reach.Reply<Upstreams> reply : Reach.askAll(Reach.peers(home, around), ControlClient::upstreams)) {
            all.addAll(reply.answer().upstreams());
        }
        around.screen().print(Json.text(all) + '\n');
        return Cli.DONE;
    }

    /** Shows the upstreams; false if there are none. */
    private static boolean upstreams(HomeLayout home, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        boolean any = false;
        for (Reach.Reply<Upstreams> reply : Reach.askAll(Reach.peers(home, around), ControlClient::upstreams)) {
            String text = UpstreamsText.status(
                    reply.answer(), around.screen().width(), around.screen().colourOut());
            around.screen().print(text);
            any |= !text.isEmpty();
        }
        return any;
    }

    private static int server(Parsed parsed, HomeLayout home, Surroundings around)
            throws HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        List<Reach.Reply<ServerCounts>> replies = Reach.askAll(Reach.peers(home, around), ControlClient::counts);
        if (parsed.has(Commands.JSON)) {
            List<ServerCounts> all = new ArrayList<>();
            replies.forEach(reply -> all.add(reply.answer()));
            screen.print(Json.text(all) + '\n');
        } else {
            for (Reach.Reply<ServerCounts> reply : replies) {
                screen.print(
                        ServerText.status(reply.peer().title(), reply.answer(), screen.width(), screen.colourOut()));
            }
        }
        noteIfNobody(replies, home, screen);
        return Cli.DONE;
    }

    /** Who looks at the apps is told that there was no room; the rest is for who asks. */
    private static void noteShortages(HomeLayout home, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        try {
            for (Reach.Reply<ServerCounts> reply : Reach.askAll(Reach.peers(home, around), ControlClient::counts)) {
                String note = ServerText.shortages(reply.answer());
                if (!note.isEmpty()) {
                    around.screen().note(note);
                }
            }
        } catch (CallFailed failed) {
            // A daemon of an earlier version does not count, and what was asked for has been shown.
            if (!failed.answer().code().equals(ErrorAnswer.UNKNOWN_CALL)) {
                throw failed;
            }
        }
    }

    private static int requests(Parsed parsed, HomeLayout home, Surroundings around)
            throws HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        String target = parsed.operand(0);
        List<Reach.Reply<RequestsUnderWay>> replies = target == null || target.equals(TargetRequest.ALL)
                ? Reach.askAll(Reach.peers(home, around), client -> client.requests(null))
                : Reach.askFor(target, home, around, client -> client.requests(target));
        List<RequestInfo> requests = new ArrayList<>();
        for (Reach.Reply<RequestsUnderWay> reply : replies) {
            requests.addAll(reply.answer().requests());
        }
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(requests) + '\n');
        } else {
            screen.print(AppsText.requests(requests, screen.width(), screen.colourOut()));
        }
        noteIfNobody(replies, home, screen);
        return Cli.DONE;
    }

    static int describe(Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        String target = parsed.operands().getFirst();
        HomeLayout home = HomeLayout.of(around.environment());
        List<AppInfo> apps = merged(Reach.askFor(target, home, around, client -> client.describe(target)), screen);
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(apps) + '\n');
            return Cli.DONE;
        }
        for (int i = 0; i < apps.size(); i++) {
            screen.print((i == 0 ? "" : "\n") + AppsText.describe(apps.get(i), screen.width(), screen.colourOut()));
        }
        return Cli.DONE;
    }

    static int ping(Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        HomeLayout home = HomeLayout.of(around.environment());
        home.checkPrivate();
        PingInfo ping = new ControlClient(home.controlSocket()).ping(ControlClient.ANSWER_LIMIT);
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(ping) + '\n');
        } else {
            screen.line("footplate " + ping.version() + " runs with PID " + ping.pid() + " since "
                    + Words.span(ping.uptimeMs()) + ", home " + ping.home());
        }
        return Cli.DONE;
    }

    /** An app's name in several Footplates is two apps: both are shown, and a note says where each is. */
    private static List<AppInfo> merged(List<Reach.Reply<Apps>> replies, Screen screen) {
        List<AppInfo> apps = new ArrayList<>();
        for (Reach.Reply<Apps> reply : replies) {
            for (AppInfo app : reply.answer().apps()) {
                for (AppInfo earlier : apps) {
                    if (earlier.name().equals(app.name())) {
                        screen.note("'" + app.name() + "' is shown twice: the later is of "
                                + reply.peer().title() + ".");
                        break;
                    }
                }
                apps.add(app);
            }
        }
        return apps;
    }

    private static void noteIfNobody(List<? extends Reach.Reply<?>> replies, HomeLayout home, Screen screen) {
        if (replies.isEmpty()) {
            screen.note("No Footplate is running (home " + home.home() + "). 'footplate start DIR' starts one.");
        }
    }

    /** The schema of {@code list --json}: one object for each row of the table, a null where the table has a dash. */
    private static List<JsonBody> rows(List<AppInfo> apps) {
        List<JsonBody> rows = new ArrayList<>();
        for (AppInfo app : apps) {
            for (InstanceInfo instance : app.instances()) {
                rows.add(out -> {
                    Long pid = instance.pid();
                    out.text("app", app.name());
                    out.number("id", instance.id());
                    if (pid == null) {
                        out.nothing("pid");
                    } else {
                        out.number("pid", pid);
                    }
                    out.text("state", Fields.wireName(instance.state()));
                    out.number("restarts", instance.restarts());
                    out.number("uptime", instance.uptimeMs());
                    out.fraction("cpu", instance.cpuPercent());
                    out.number("memory", instance.memoryBytes());
                    out.number("sessions", instance.sessions());
                    out.number("processed", instance.processed());
                });
            }
            if (app.instances().isEmpty()) {
                rows.add(out -> {
                    out.text("app", app.name());
                    out.nothing("id");
                    out.nothing("pid");
                    out.text("state", Fields.wireName(app.state()));
                    out.number("restarts", 0);
                    out.number("uptime", 0);
                    out.fraction("cpu", 0);
                    out.number("memory", 0);
                    out.number("sessions", 0);
                    out.number("processed", 0);
                });
            }
        }
        return rows;
    }
}
