package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.HomeLayout;
import footplate.api.json.Json;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Problem;
import footplate.cli.parse.Command;
import footplate.cli.parse.Commands;
import footplate.cli.parse.HelpText;
import footplate.cli.parse.Parsed;
import footplate.cli.parse.Parser;
import footplate.cli.parse.UsageException;
import footplate.cli.print.Screen;
import footplate.core.name.Likeness;
import java.util.ArrayList;
import java.util.List;

/** The command line from its arguments to its exit code. */
public final class Cli {
    /** The command did what was asked. */
    public static final int DONE = 0;
    /** It did not. */
    public static final int FAILED = 1;
    /** It was not understood. */
    public static final int USAGE = 2;

    /** A new release served and was taken back. */
    public static final int ROLLED_BACK = 3;
    /** Another deploy of the app is under way. */
    public static final int LOCKED = 4;

    private Cli() {}

    /**
     * Carries out a command line.
     *
     * @param arguments without the program's name
     * @return {@link #DONE}, {@link #FAILED}, {@link #USAGE}, {@link #ROLLED_BACK} or {@link #LOCKED}; of {@code run}, what the run returns
     */
    public static int run(List<String> arguments, Surroundings around) {
        Screen screen = around.screen();
        if (arguments.isEmpty()) {
            screen.print(HelpText.overview());
            return USAGE;
        }
        String name = arguments.getFirst();
        try {
            Command command = command(name);
            Parsed parsed = Parser.parse(command, arguments.subList(1, arguments.size()));
            if (parsed.has(Parser.HELP)) {
                screen.print(HelpText.of(command));
                return DONE;
            }
            return carryOut(parsed, around);
        } catch (UsageException usage) {
            usage.problems().forEach(screen::problem);
            return USAGE;
        }
    }

    private static Command command(String typed) throws UsageException {
        String name = switch (typed) {
            case "--help", "-h" -> "help";
            case "--version", "-v", "-V" -> "version";
            case "ls" -> "list";
            default -> typed;
        };
        Command command = Commands.named(name);
        if (command == null) {
            throw unknown(typed);
        }
        return command;
    }

    private static UsageException unknown(String typed) {
        List<String> names = new ArrayList<>();
        for (Command command : Commands.all()) {
            names.add(command.name());
        }
        String nearest = Likeness.nearest(typed, names);
        return new UsageException(
                typed,
                typed.startsWith("-") ? "flags come after a command" : "is not a command",
                nearest == null ? "'footplate help' shows the commands." : "Did you mean '" + nearest + "'?");
    }

    private static int carryOut(Parsed parsed, Surroundings around) throws UsageException {
        Screen screen = around.screen();
        try {
            return switch (parsed.command().name()) {
                case "list" -> Listing.list(parsed, around);
                case "status" -> Listing.status(parsed, around);
                case "describe" -> Listing.describe(parsed, around);
                case "ping" -> Listing.ping(parsed, around);
                case "run" -> Starting.run(parsed, around);
                case "start" -> Starting.start(parsed, around);
                case "proxy" -> Sites.proxy(parsed, around);
                case "serve" -> Sites.serve(parsed, around);
                case "stop", "restart", "delete" -> Changing.change(parsed, around);
                case "deploy" -> Deploying.deploy(parsed, around);
                case "reload" -> Deploying.reload(parsed, around);
                case "rollback" -> Deploying.rollback(parsed, around);
                case "history" -> Deploying.history(parsed, around);
                case "diff" -> Deploying.diff(parsed, around);
                case "promote", "abort", "pause", "resume" -> Deploying.steer(parsed, around);
                case "scale" -> Changing.scale(parsed, around);
                case "set" -> Tuning.set(parsed, around);
                case "check" -> Checking.check(parsed, around);
                case "init" -> Checking.init(parsed, around);
                case "kill" -> Changing.kill(parsed, around);
                case "startup" -> Boot.startup(parsed, around);
                case "unstartup" -> Boot.unstartup(parsed, around);
                case "upgrade" -> Upgrading.upgrade(parsed, around);
                case "logs" -> Logs.logs(parsed, around);
                case "version" -> version(parsed, around);
                case "help" -> help(parsed, screen);
                default ->
                    throw new IllegalStateException(
                            "'" + parsed.command().name() + "' is declared and not carried out");
            };
        } catch (Logs.ReaderGone _) {
            return DONE;
        } catch (CallFailed failed) {
            return failed(failed.answer(), parsed, screen);
        } catch (HomeLayout.Unusable unusable) {
            return failed(ErrorAnswer.of(ErrorAnswer.REFUSED, unusable.problem()), parsed, screen);
        }
    }

    /** With {@code --json} the error is the answer, otherwise words beside it. */
    private static int failed(ErrorAnswer answer, Parsed parsed, Screen screen) {
        if (parsed.has(Commands.JSON)) {
            screen.clearProgress();
            screen.print(Json.text(out -> out.object("error", answer)) + '\n');
        } else {
            screen.failure(answer);
        }
        return switch (answer.code()) {
            case ErrorAnswer.LOCKED -> LOCKED;
            case ErrorAnswer.ROLLED_BACK -> ROLLED_BACK;
            default -> FAILED;
        };
    }

    private static int version(Parsed parsed, Surroundings around) {
        String version = around.version().get();
        String java = System.getProperty("java.version", "unknown");
        if (parsed.has(Commands.JSON)) {
            around.screen()
                    .print(Json.text(out -> {
                                out.text("version", version);
                                out.text("java", java);
                            })
                            + '\n');
        } else {
            around.screen().line("footplate " + version + ", Java " + java);
        }
        return DONE;
    }

    private static int help(Parsed parsed, Screen screen) throws UsageException {
        String name = parsed.operand(0);
        screen.print(name == null ? HelpText.overview() : HelpText.of(command(name)));
        return DONE;
    }

    /** {@return a problem of one call, as an error answer} */
    static CallFailed failure(String code, String where, String what, String mend) {
        return new CallFailed(ErrorAnswer.of(code, new Problem(where, what, mend)));
    }
}
