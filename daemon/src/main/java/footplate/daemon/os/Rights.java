package footplate.daemon.os;

import footplate.core.user.Account;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose rights a process is started with.
 *
 * @param account somebody else; null: ours
 * @param group number of its primary group; means nothing where the account is ours
 * @param noNewPrivileges whether neither it nor what it starts can gain any (PR_SET_NO_NEW_PRIVS)
 */
public record Rights(@Nullable Account account, int group, boolean noNewPrivileges) {
    /** Just ours. */
    public static final Rights OURS = new Rights(null, 0, false);

    /** Variables of the caller's session, which somebody else must not find. */
    private static final List<String> OF_A_SESSION = List.of(
            "MAIL",
            "OLDPWD",
            "XDG_RUNTIME_DIR",
            "XDG_SESSION_ID",
            "DBUS_SESSION_BUS_ADDRESS",
            "SSH_AUTH_SOCK",
            "SSH_CLIENT",
            "SSH_CONNECTION",
            "SSH_TTY",
            "SUDO_COMMAND",
            "SUDO_GID",
            "SUDO_UID",
            "SUDO_USER",
            "LS_COLORS");

    private static final Set<String> OF_THE_LINKER =
            Set.of("GLIBC_TUNABLES", "GCONV_PATH", "LOCPATH", "NLSPATH", "MALLOC_TRACE", "HOSTALIASES");

    /** Tells an environment who runs in it; what a shell of root's that starts it would listen to goes. */
    public void enter(Map<String, String> environment) {
        var who = account;
        if (who != null) {
            OF_A_SESSION.forEach(environment::remove);
            secure(environment);
            Placing.secure(environment);
            environment.put("HOME", who.home());
            environment.put("USER", who.name());
            environment.put("LOGNAME", who.name());
            environment.put("SHELL", who.shell().isEmpty() ? "/bin/sh" : who.shell());
        }
    }

    /**
     * Takes out what the dynamic linker and the C library of a program that root starts would listen to: whoever writes an app's
     * environment is not to be root (ld.so(8), secure-execution mode).
     */
    public static void secure(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("LD_") || OF_THE_LINKER.contains(name));
    }

    /** The beginning of a command line that takes these rights and then becomes the program that follows; empty for ours. */
    List<String> command() throws SpawnFailure {
        var who = account;
        if (who == null && !noNewPrivileges) {
            return List.of();
        }
        var command = new ArrayList<String>();
        command.add(setpriv()
                .orElseThrow(() -> new SpawnFailure(
                        "setpriv",
                        "there is no such program here, and without it no app can be started with other rights than ours",
                        "Install util-linux, or take --user, --group and --no-new-privs out."))
                .toString());
        if (who != null) {
            command.addAll(List.of("--reuid=" + who.id(), "--regid=" + group, "--init-groups"));
        }
        if (noNewPrivileges) {
            command.add("--no-new-privs");
        }
        command.add("--");
        return command;
    }

    private static Optional<Path> setpriv() {
        return Program.onOurPath("setpriv");
    }
}
