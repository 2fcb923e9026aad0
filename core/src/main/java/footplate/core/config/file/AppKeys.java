package footplate.core.config.file;

import footplate.core.config.Setting;
import footplate.core.config.form.Form;
import footplate.core.config.form.Key;
import footplate.core.config.form.Section;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

/** What an app of the file can have. */
final class AppKeys {
    private static final Form TIME = new Form.Time(1, 1_000L * 86_400_000);

    static final Key ROOT = new Key(
            "root",
            new Form.Text(Texts.FOLDER),
            ".",
            "the app's folder, or its startup file (Passenger: passenger_app_root; PM2: cwd, script)");
    static final Key START = Key.of(
            "start",
            new Form.Text(Texts.COMMAND),
            "the command line that starts it; it listens on 127.0.0.1:$PORT; found from the folder's files where it is not written (Passenger: passenger_app_start_command)");
    static final Key BUILD = Key.of(
            "build",
            new Form.Text(Texts.COMMAND),
            "runs in a release's folder before it is started; if it fails, nothing changes");
    static final Key HOSTS = Key.of(
            "hosts",
            new Form.Many(new Form.Text(Texts.HOST), true),
            "the host names that mean this app: a name, *.name, name.*, or ~ and a regular expression; none: those that nobody else has (nginx: server_name)");
    static final Key LISTEN = Key.of(
            "listen", new Form.Many(new Form.Text(Texts.LISTEN), true), "addresses of its own, in place of the file's");
    static final Key ENVIRONMENT = new Key(
            "environment",
            new Form.Text(footplate.core.config.form.Syntax.ANY),
            "production",
            "sets NODE_ENV and its like (Passenger: passenger_app_env)");
    static final Key ENV = Key.of(
            "env",
            new Form.Named("variable", Texts.VARIABLE, new Form.Hidden()),
            "variables of its environment; ${NAME} takes one of the call's, !file PATH takes a file's content (PM2: env)");
    static final Key INSTANCES = new Key(
            "instances",
            new Form.Text(Texts.INSTANCES),
            "max",
            "how many processes: a number, the fewest and the most as 2..4, or max for one a core (PM2: instances; Passenger: passenger_min_instances, passenger_max_pool_size)");
    static final Key CONCURRENCY =
            Key.of("concurrency", new Form.Count(0, 1_000_000), "requests a process takes at once; 0 for no limit");
    static final Key MAX_QUEUE = new Key(
            "max_queue",
            new Form.Count(0, 1_000_000),
            "100",
            "requests that may wait for a process; one more is answered 503 (Passenger: passenger_max_request_queue_size)");
    static final Key QUEUE_TIMEOUT =
            new Key("queue_timeout", TIME, "60s", "how long a request may wait there; then it is answered 504");
    static final Key IDLE_TIMEOUT = new Key(
            "idle_timeout",
            TIME,
            "5m",
            "a process above the fewest is stopped after so long without a request (Passenger: passenger_pool_idle_time)");
    static final Key START_TIMEOUT = new Key(
            "start_timeout",
            TIME,
            "90s",
            "how long a process may take until it is ready (Passenger: passenger_start_timeout)");
    static final Key KILL_TIMEOUT = new Key(
            "kill_timeout",
            new Form.Time(0, 86_400_000),
            "10s",
            "how long a process may take to stop until it is killed (PM2: kill_timeout)");
    static final Key STOP_SIGNAL = Key.of(
            "stop_signal",
            new Form.Choice(List.of("INT", "TERM")),
            "the signal that asks a process to stop; INT for Node, TERM for the rest");
    static final Key WAIT_READY = new Key(
            "wait_ready",
            new Form.Switch(),
            "false",
            "a process is ready when it says so, not when it listens (PM2: wait_ready)");

    /** How a new release takes over; each of these may stand in the app as well. */
    private static final List<Setting> DEPLOY_SETTINGS = List.copyOf(EnumSet.range(Setting.STRATEGY, Setting.CHECK));

    static final Key DEPLOY = Key.of(
            "deploy",
            new Form.Block(new Section(
                    "'deploy'", "how a new release takes the place of the running one", List.of(), DEPLOY_SETTINGS)),
            "how a new release takes the place of the running one");

    static final Key HTTP =
            Key.of("http", new Form.Text(Texts.PLAIN_PATH), "this path is asked for; a status from 200 to 399 is well");
    static final Key TCP = new Key("tcp", new Form.Switch(), "false", "that it takes connections is enough");
    static final Key EXEC = Key.of("exec", new Form.Text(Texts.COMMAND), "a command; exit code 0 is well");

    /** The keys of {@code health}, and what the same is called as a setting. */
    static final List<Renamed> HEALTH_SETTINGS = List.of(
            new Renamed("interval", Setting.HEALTH_INTERVAL),
            new Renamed("timeout", Setting.HEALTH_TIMEOUT),
            new Renamed("fall", Setting.HEALTH_THRESHOLD),
            new Renamed("rise", Setting.HEALTH_RISE),
            new Renamed("start_period", Setting.HEALTH_START_PERIOD));

    static final Key HEALTH = Key.of(
            "health",
            new Form.Either(
                    new Form.OfSetting(Setting.HEALTH),
                    new Form.Block(new Section(
                            "'health'",
                            "how its processes are asked whether they are well",
                            Stream.concat(
                                            Stream.of(HTTP, TCP, EXEC),
                                            HEALTH_SETTINGS.stream().map(Renamed::key))
                                    .toList(),
                            List.of()))),
            Setting.HEALTH.meaning());

    static final List<Setting> SETTINGS = Stream.of(Setting.values())
            .filter(setting -> setting.scope() == Setting.Scope.APP)
            .toList();

    static final Section SECTION = new Section(
            "an app",
            "An app that Footplate starts. What is not written is what 'footplate start' takes without the flag.",
            List.of(
                    ROOT,
                    START,
                    BUILD,
                    HOSTS,
                    LISTEN,
                    ENVIRONMENT,
                    ENV,
                    INSTANCES,
                    CONCURRENCY,
                    MAX_QUEUE,
                    QUEUE_TIMEOUT,
                    IDLE_TIMEOUT,
                    START_TIMEOUT,
                    KILL_TIMEOUT,
                    STOP_SIGNAL,
                    WAIT_READY,
                    DEPLOY,
                    HEALTH),
            SETTINGS);

    private AppKeys() {}

    /** A setting under a shorter name, in a block of its kind. */
    record Renamed(String name, Setting setting) {
        Key key() {
            return new Key(name, new Form.OfSetting(setting), setting.standard(), setting.meaning());
        }
    }

    static List<Setting> deploySettings() {
        return DEPLOY_SETTINGS;
    }
}
