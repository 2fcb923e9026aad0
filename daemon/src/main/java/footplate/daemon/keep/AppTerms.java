package footplate.daemon.keep;

import footplate.core.config.AppDefinition;
import footplate.core.config.Launch;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.limit.Caps;
import footplate.core.user.Account;
import footplate.core.user.Accounts;
import footplate.core.user.RunsAs;
import footplate.daemon.os.MachineAccounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** On what terms the processes of an app are started here: as whom, and how much they may have open. */
public final class AppTerms {
    /** Turns the switching of users off for a daemon of root, where its value is {@code off}. */
    public static final String VARIABLE = "FOOTPLATE_USER_SWITCHING";

    private final RunsAs.We we;
    private final Accounts accounts;

    private AppTerms(RunsAs.We we, Accounts accounts) {
        this.we = we;
        this.accounts = accounts;
    }

    /**
     * Those of this daemon. In the foreground nobody is switched: a root shell, or a container, is to just work.
     *
     * @param environment the daemon's own
     */
    public static AppTerms here(boolean foreground, Map<String, String> environment) {
        int id = us();
        boolean switches = id == 0 && !foreground && !"off".equals(environment.get(VARIABLE));
        return new AppTerms(new RunsAs.We(id, switches), new MachineAccounts());
    }

    /** The number of the user we run as; -1 where that cannot be found out. */
    public static int us() {
        return owner(Path.of("/proc", Long.toString(ProcessHandle.current().pid())));
    }

    /** Whether apps may run as others. */
    public boolean switches() {
        return we.switches();
    }

    /**
     * One app's.
     *
     * @param openFiles most of a process; 0: as many as we
     * @param caps what the kernel is to keep
     */
    record Terms(RunsAs runsAs, boolean noNewPrivileges, int openFiles, Caps caps) {}

    /** @param server the server's settings */
    Terms of(AppDefinition app, Settings server) {
        var settings = server.with(app.settings());
        return new Terms(
                RunsAs.decide(we, settings, startupFile(app).toString(), ownerOf(startupFile(app)), accounts),
                settings.on(Setting.NO_NEW_PRIVS),
                settings.count(Setting.OPEN_FILES),
                Caps.of(settings));
    }

    /** Whose file it is; nobody is looked up where it does not matter. */
    private @Nullable Account ownerOf(Path file) {
        int owner = we.switches() ? owner(file) : -1;
        return owner < 0 ? null : accounts.user(Integer.toString(owner));
    }

    private static Path startupFile(AppDefinition app) {
        return switch (app.launch()) {
            case Launch.Node(var script, var _) -> Path.of(script);
            case Launch.NpmStart _ -> Path.of(app.root(), "package.json");
            case Launch.Command _ -> Path.of(app.root());
        };
    }

    /** Of a link, the link's: whoever put it there chose where it leads. */
    private static int owner(Path file) {
        try {
            return (int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException unreadable) {
            return -1;
        }
    }
}
