package footplate.cli.parse;

import footplate.api.v1.LogsRequest;
import footplate.api.v1.StartRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every command and every flag there is. */
public final class Commands {
    /** Not where {@code run} serves: what is proxied to is often there. */
    public static final int USUAL_SITE_PORT = 8_080;

    public static final Flag PORT = Flag.with(
            "--port", new Flag.Value.Count("PORT", 0, 65_535), "Serve on this port; 0 takes a free one", "3000");
    public static final Flag BIND = Flag.with(
            "--bind", new Flag.Value.Text("ADDRESS"), "Serve on this address; 0.0.0.0 for every one", "127.0.0.1");
    public static final Flag ENVIRONMENT = Flag.with(
                    "--environment",
                    new Flag.Value.Text("NAME"),
                    "Sets NODE_ENV and its like",
                    "NODE_ENV; else development for run, production for start")
            .letter('e');
    public static final Flag MIN = Flag.with(
            "--min",
            new Flag.Value.Count("N", 0, StartRequest.MOST_INSTANCES),
            "Processes kept even when idle; 0 starts the first on demand",
            "the number of cores, or --max if that is less");
    public static final Flag MAX = Flag.with(
            "--max",
            new Flag.Value.Count("N", 1, StartRequest.MOST_INSTANCES),
            "Processes at most",
            "the number of cores, or --min if that is more");
    public static final Flag NAME = Flag.with(
                    "--name", new Flag.Value.Text("NAME"), "Call the app so", "its folder's name")
            .letter('n');
    public static final Flag HOST = Flag.with(
                    "--host",
                    new Flag.Value.Text("NAME"),
                    "Serve only requests for this host name; may be given again",
                    "every host name no other app has")
            .repeated();
    public static final Flag COMMAND = Flag.with(
            "--command",
            new Flag.Value.Text("LINE"),
            "Start the app with this command line; it must listen on 127.0.0.1:$PORT",
            "found from the folder's files");
    public static final Flag CONCURRENCY = Flag.with(
            "--concurrency",
            new Flag.Value.Count("N", 0, StartRequest.MOST_REQUESTS),
            "Requests a process takes at once; 0 for no limit",
            "no limit");
    public static final Flag MAX_QUEUE = Flag.with(
            "--max-queue",
            new Flag.Value.Count("N", 0, StartRequest.MOST_REQUESTS),
            "Requests that may wait for a process; one more is answered 503",
            "100");
    public static final Flag QUEUE_TIMEOUT = Flag.with(
            "--queue-timeout",
            new Flag.Value.Time("TIME", 1),
            "How long a request may wait there; then it is answered 504",
            "60s");
    public static final Flag IDLE_TIMEOUT = Flag.with(
            "--idle-timeout",
            new Flag.Value.Time("TIME", 1),
            "Stop a process above --min after so long without a request",
            "5m");
    public static final Flag START_TIMEOUT = Flag.with(
            "--start-timeout", new Flag.Value.Time("TIME", 1), "How long a process may take until it is ready", "90s");
    public static final Flag KILL_TIMEOUT = Flag.with(
            "--kill-timeout",
            new Flag.Value.Time("TIME", 0),
            "How long a process may take to stop until it is killed",
            "10s");
    public static final Flag STOP_SIGNAL = Flag.with(
            "--stop-signal",
            new Flag.Value.Choice("INT|TERM", List.of("INT", "TERM")),
            "The signal that asks a process to stop",
            "INT for Node, TERM for --command");
    public static final Flag WAIT_READY = Flag.on(
            "--wait-ready",
            '\0',
            "A process is ready when it says so (process.send('ready'), or READY=1 to NOTIFY_SOCKET), not when it listens");
    public static final Flag JSON = Flag.on("--json", '\0', "Print JSON instead of text");
    public static final Flag FOLLOW = Flag.on("--follow", 'f', "Go on with new lines until Ctrl-C");
    public static final Flag LINES = Flag.with(
                    "--lines",
                    new Flag.Value.Count("LINES", 0, LogsRequest.MOST_LINES),
                    "Show that many of the last lines",
                    "15")
            .letter('n');
    public static final Flag OUT = Flag.on("--out", '\0', "Only what the app wrote to its standard output");
    public static final Flag ERR = Flag.on("--err", '\0', "Only what the app wrote to its standard error");
    public static final Flag SHOW = Flag.with(
            "--show",
            new Flag.Value.Choice(
                    "processes|requests|upstreams|server", List.of("processes", "requests", "upstreams", "server")),
            "What to show: each app with its processes, and the upstreams; or one of the others alone; server: what was"
                    + " accepted, answered, refused and turned away since its start",
            "processes");

    public static final Flag TO = Flag.with(
                    "--to",
                    new Flag.Value.Text("ADDRESS[,ADDRESS]"),
                    "The servers: host:port, :port, [::1]:port, http://host:port or unix:/path; may be given again",
                    "")
            .repeated();
    public static final Flag SITE_PORT = Flag.with(
            "--port",
            new Flag.Value.Count("PORT", 0, 65_535),
            "Listen on this port; 0 takes a free one",
            Integer.toString(Commands.USUAL_SITE_PORT));
    public static final Flag SITE_BIND = Flag.with(
            "--bind", new Flag.Value.Text("ADDRESS"), "Listen on this address; 0.0.0.0 for every one", "127.0.0.1");

    public static final Flag ACCESS_LOG_FILE = Flag.with(
            "--access-log-file",
            new Flag.Value.Text("FILE"),
            "Append the access log to this file; combined unless --access-log says otherwise",
            "standard output");
    public static final Flag USER = Flag.with(
            "--user",
            new Flag.Value.Text("USER"),
            "The user whose apps these are",
            "who calls; with sudo, who called that");
    public static final Flag PRINT = Flag.on("--print", '\0', "Show the unit, and change nothing");
    public static final Flag DEFAULT = Flag.on("--default", '\0', "Take back what the setting was set to");

    public static final Flag GIT = Flag.with(
            "--git",
            new Flag.Value.Text("REPO"),
            "Take the code from this git repository; it must let this user in without asking",
            "");
    public static final Flag REF = Flag.with(
            "--ref", new Flag.Value.Text("REF"), "The branch, tag or whole commit id to take", "the repository's HEAD");
    public static final Flag ENV = Flag.with(
                    "--env",
                    new Flag.Value.Text("NAME=VALUE"),
                    "Set a variable of the app's environment, for later releases too; may be given again",
                    "")
            .repeated();
    public static final Flag BUILD = Flag.with(
            "--build",
            new Flag.Value.Text("COMMAND"),
            "Run this in the release's folder before it is started; if it fails, nothing changes",
            "");
    public static final Flag UPDATE_ENV = Flag.on(
            "--update-env", '\0', "Take this call's environment in place of the kept one, with all that --env had set");

    public static final Flag PLAN = Flag.on("--plan", '\0', "Tell only what would change");

    private static final List<Flag> OF_START = List.of(
            PORT,
            BIND,
            ENVIRONMENT,
            MIN,
            MAX,
            NAME,
            HOST,
            COMMAND,
            CONCURRENCY,
            MAX_QUEUE,
            QUEUE_TIMEOUT,
            IDLE_TIMEOUT,
            START_TIMEOUT,
            KILL_TIMEOUT,
            STOP_SIGNAL,
            WAIT_READY);

    private static final String TARGETS = "TARGET is an app's name, an instance's id from 'list', or 'all'.";

    public static final Command RUN = new Command(
            "run",
            "[DIR|FILE]",
            0,
            1,
            "Serve an app here, its output on the terminal, until Ctrl-C",
            "DIR is the app's folder, FILE its startup file, or a configuration file with many apps (.yml); without it,"
                    + " footplate.yml of the current folder, and where there is none the folder as an app.",
            plus(OF_START, ACCESS_LOG_FILE),
            SettingFlags.RUN);
    public static final Command PROXY = new Command(
            "proxy",
            "--to ADDRESS",
            0,
            0,
            "Send requests to servers that run already, until Ctrl-C",
            "'footplate proxy --to :3000' listens on port 8080 and has requests answered by the server on port 3000 of this"
                    + " machine. Of several servers the one with the fewest requests in hand gets the next, unless --balance says"
                    + " otherwise; one that cannot be reached is passed over. Names are looked up once, at the start; each address of a name is a server of"
                    + " its own. Needs no daemon and keeps nothing.",
            List.of(TO, SITE_PORT, SITE_BIND, ACCESS_LOG_FILE),
            SettingFlags.PROXY);
    public static final Command START = new Command(
            "start",
            "[DIR|FILE]",
            0,
            1,
            "Serve an app in the background",
            "DIR is the app's folder, FILE its startup file, or a configuration file with many apps (.yml); without it,"
                    + " footplate.yml of the current folder, and where there is none the folder as an app."
                    + " Starts the background daemon if there is none, and returns when the app is ready or has failed."
                    + " What no flag says is the default, also for an app that was started before: name each flag again.",
            plus(OF_START, JSON),
            SettingFlags.APP);
    public static final Command SERVE = new Command(
            "serve",
            "[DIR]",
            0,
            1,
            "Serve a folder's files, until Ctrl-C",
            "DIR is the folder; without it, the current one. A folder's page is its index.html. With --spa a page that is no"
                    + " file is answered with DIR/index.html, as apps want it that have their routes in the browser. Beside"
                    + " app.js, app.js.br, .zst or .gz is sent to who takes it. Files whose names begin with a dot are not"
                    + " served. Needs no daemon and keeps nothing.",
            List.of(SITE_PORT, SITE_BIND, ACCESS_LOG_FILE),
            SettingFlags.FILES);
    public static final Command STOP = new Command(
            "stop", "TARGET", 1, 1, "Stop an app or instance and keep its settings", TARGETS, List.of(JSON));
    public static final Command RESTART = new Command(
            "restart",
            "TARGET",
            1,
            1,
            "Replace processes by new ones, new before old; starts what is stopped",
            TARGETS,
            List.of(JSON));
    public static final Command DELETE =
            new Command("delete", "TARGET", 1, 1, "Stop an app and forget it", TARGETS, List.of(JSON));
    public static final Command LIST =
            new Command("list", "", 0, 0, "Show every process in a table", "", List.of(JSON));
    public static final Command STATUS = new Command(
            "status", "[TARGET]", 0, 1, "Show every app with its queue and processes", TARGETS, List.of(SHOW, JSON));
    public static final Command DESCRIBE =
            new Command("describe", "TARGET", 1, 1, "Show all that is known of an app", TARGETS, List.of(JSON));
    public static final Command LOGS = new Command(
            "logs", "[TARGET]", 0, 1, "Show the output of apps", TARGETS, List.of(FOLLOW, LINES, OUT, ERR, JSON));
    public static final Command DEPLOY = new Command(
            "deploy",
            "APP [DIR|ARCHIVE]",
            1,
            2,
            "Bring in a new release of an app, or its first one, without losing a request",
            "DIR is the app's folder, which is copied (without .git); ARCHIVE is a .tar.gz of it; without either, and without"
                    + " --git, the current folder. The folder's .env is read. What no flag says stays as it is; an app that is not"
                    + " there yet is started, with the flags of 'footplate start'. Nothing is installed or built by itself: a Node"
                    + " app without its node_modules wants --build 'npm ci --omit=dev', one that is compiled --build 'npm ci"
                    + " --include=dev && npm run build'. The five last releases are kept. Ctrl-C leaves it to itself. Exit codes:"
                    + " 0 it serves, 1 it failed and the old one serves on, 2 usage, 3 it served and was taken back, 4 another"
                    + " deploy of the app is under way.",
            plus(plus(plus(plus(plus(plus(without(OF_START, NAME), GIT), REF), ENV), BUILD), UPDATE_ENV), JSON),
            SettingFlags.APP);
    public static final Command RELOAD = new Command(
            "reload",
            "[APP|FILE]",
            0,
            1,
            "Read the configuration file anew, or give an app new processes",
            "Without APP the configuration file that is in force is read again, and what is other than before is changed,"
                    + " nothing else: addresses are opened before others are closed, connections stay, and where anything is"
                    + " wrong with the file nothing changes. FILE, whose name ends in .yml, takes its place. An APP gets new"
                    + " processes, new before old, with its .env read anew and the same code; variables that are no longer in the"
                    + " folder's .env are gone. Where anything changed it is a"
                    + " release of its own. Exit codes as of 'footplate deploy'.",
            List.of(PLAN, UPDATE_ENV, JSON));
    public static final Command ROLLBACK = new Command(
            "rollback",
            "APP [RELEASE]",
            1,
            2,
            "Go back to an earlier release, with its settings and environment",
            "RELEASE is a number that 'footplate history' shows as kept; without it, the last one before that served. Exit"
                    + " codes as of 'footplate deploy'.",
            List.of(JSON));
    public static final Command HISTORY = new Command(
            "history",
            "APP",
            1,
            1,
            "Show an app's releases: where from, by whom, when, why they ended",
            "Fifty are remembered; of those that are removed nothing else is left.",
            List.of(JSON));
    public static final Command DIFF = new Command(
            "diff",
            "APP RELEASE RELEASE",
            3,
            3,
            "Show what settings and environment differ between two releases",
            "Of variables it shows only whether they changed.",
            List.of(JSON));
    public static final Command PROMOTE = new Command(
            "promote",
            "APP",
            1,
            1,
            "End a rollout that waits or goes by steps, with the new release",
            "",
            List.of(JSON));
    public static final Command ABORT = new Command(
            "abort",
            "APP",
            1,
            1,
            "Break a deploy off: the old release stays, or takes its requests back",
            "",
            List.of(JSON));
    public static final Command PAUSE =
            new Command("pause", "APP", 1, 1, "Keep a rollout where it is", "", List.of(JSON));
    public static final Command RESUME =
            new Command("resume", "APP", 1, 1, "Let a rollout that was paused go on", "", List.of(JSON));
    public static final Command SCALE = new Command(
            "scale",
            "APP N|+N|-N",
            2,
            2,
            "Change how many processes an app has",
            "N sets the number, +N adds so many, -N takes so many away.",
            List.of(JSON));
    public static final Command SET = new Command(
            "set",
            "[NAME [VALUE]]",
            0,
            2,
            "Show or change how the background daemon serves requests",
            "Without NAME it shows every setting. A change counts at once and outlives the daemon; where it counts only from"
                    + " the daemon's next start, the command says so. A setting of apps is set for all that chose nothing else"
                    + " with a flag of 'footplate start'. Starts the background daemon if there is none.",
            List.of(DEFAULT, JSON));
    public static final Command CHECK = new Command(
            "check",
            "[FILE]",
            0,
            1,
            "Tell whether a configuration file is right, and all that is wrong with it",
            "FILE is the file or its folder; without it, footplate.yml here. Changes nothing and needs no daemon. Exit codes: 0"
                    + " it is right, 1 it is not, 2 usage.",
            List.of(JSON));
    public static final Command INIT = new Command(
            "init",
            "[DIR]",
            0,
            1,
            "Write a footplate.yml to begin with, for the app in a folder",
            "DIR is the app's folder; without it, the current one. A file that is there is left as it is.",
            List.of());
    public static final Command KILL =
            new Command("kill", "", 0, 0, "Stop every app in the background, and the daemon", "", List.of(JSON));
    public static final Command UPGRADE = new Command(
            "upgrade",
            "[PATH]",
            0,
            1,
            "Have another build's daemon take over, without a request being lost",
            "PATH is the new build's folder or its 'footplate'; without it, the build that this command belongs to."
                    + " The new daemon takes over the listening sockets and the running apps; the old one answers what it has begun,"
                    + " WebSockets included (for 'upgrade-drain' at most), and leaves. If the new one does not come to serve, the"
                    + " old one goes on, and the exit code is 1.",
            List.of(JSON));
    public static final Command STARTUP = new Command(
            "startup",
            "",
            0,
            0,
            "Have the daemon, and with it every app, run from the machine's start on",
            "Writes a unit for systemd, footplate-USER.service, enables and starts it. A daemon that runs already hands its apps over"
                    + " to it. Then 'systemctl stop' stops the apps in order, 'systemctl reload' does what 'footplate upgrade' does,"
                    + " and a daemon that dies is back at once, while new connections wait. Needs root.",
            List.of(USER, PRINT));
    public static final Command UNSTARTUP = new Command(
            "unstartup", "", 0, 0, "Take back what 'startup' did; stops the apps", "Needs root.", List.of(USER));
    public static final Command PING = new Command(
            "ping", "", 0, 0, "Tell whether the background daemon runs; exit code 1 if not", "", List.of(JSON));
    public static final Command VERSION =
            new Command("version", "", 0, 0, "Show the versions of Footplate and Java", "", List.of(JSON));
    public static final Command HELP =
            new Command("help", "[COMMAND]", 0, 1, "Show the commands, or one command's flags", "", List.of());

    private static final List<Command> ALL = List.of(
            RUN, START, DEPLOY, RELOAD, ROLLBACK, HISTORY, DIFF, PROMOTE, ABORT, PAUSE, RESUME, PROXY, SERVE, STOP,
            RESTART, DELETE, LIST, STATUS, DESCRIBE, LOGS, SCALE, SET, CHECK, INIT, KILL, UPGRADE, STARTUP, UNSTARTUP,
            PING, VERSION, HELP);

    private Commands() {}

    /** {@return every command, in the order help shows them} */
    public static List<Command> all() {
        return ALL;
    }

    /** {@return the command of that name; null if there is none} */
    public static @Nullable Command named(String name) {
        for (Command command : ALL) {
            if (command.name().equals(name)) {
                return command;
            }
        }
        return null;
    }

    private static List<Flag> without(List<Flag> flags, Flag one) {
        List<Flag> others = new ArrayList<>(flags);
        others.remove(one);
        return others;
    }

    private static List<Flag> plus(List<Flag> flags, Flag last) {
        List<Flag> all = new ArrayList<>(flags);
        all.add(last);
        return all;
    }
}
