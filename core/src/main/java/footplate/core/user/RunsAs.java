package footplate.core.user;

import footplate.core.config.Problem;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Whom an app runs as: by Passenger's rules the owner of its startup file, never root, or whom the operator names; where
 * users are not switched, the daemon's own user.
 */
public sealed interface RunsAs {
    /** As the daemon does. */
    record Ourselves() implements RunsAs {}

    /**
     * As somebody else, in all of his groups.
     *
     * @param group number of its primary group
     */
    record Other(Account account, int group) implements RunsAs {}

    /** It cannot be started so. */
    record Refused(Problem problem) implements RunsAs {}

    /**
     * Who we are.
     *
     * @param id number of the daemon's user
     * @param switches whether apps are started as others: by root only, and not where that was turned off
     */
    record We(int id, boolean switches) {}

    /**
     * Decides.
     *
     * @param settings the app's, joined with the server's
     * @param startupFile what is started, as the operator would name it
     * @param owner whose that file itself is, not what a link leads to; null if nobody of that number is known
     */
    static RunsAs decide(We we, Settings settings, String startupFile, @Nullable Account owner, Accounts accounts) {
        var user = settings.text(Setting.USER);
        var group = settings.text(Setting.GROUP);
        if (!we.switches()) {
            return user.isEmpty() && group.isEmpty() ? new Ourselves() : unswitched(we, user, group, accounts);
        }
        Account account;
        if (!user.isEmpty()) {
            account = accounts.user(user);
            if (account == null) {
                return refused(
                        "user " + user,
                        "there is no such user on this machine",
                        "Make it (useradd -r " + user + "), or name another.");
            }
            if (account.isRoot()) {
                return refused(
                        "user " + user,
                        "no app is run as root",
                        "Name another user; a port below 1024 needs no rights, as Footplate listens for the app.");
            }
        } else if (owner != null && !owner.isRoot()) {
            account = owner;
        } else {
            var name = settings.text(Setting.DEFAULT_USER);
            account = accounts.user(name);
            if (account == null || account.isRoot()) {
                return refused(
                        startupFile,
                        (owner == null ? "its owner is no user of this machine" : "it belongs to root")
                                + ", and the default user '" + name + "' is "
                                + (account == null ? "not there either" : "root as well"),
                        "chown it to whom the app is to run as, or name a user: --user NAME.");
            }
        }
        if (group.isEmpty()) {
            return new Other(account, account.group());
        }
        var number = accounts.group(group);
        return number.isPresent()
                ? new Other(account, number.getAsInt())
                : refused(
                        "group " + group,
                        "there is no such group on this machine",
                        "Make it (groupadd -r " + group + "), or name another.");
    }

    private static RunsAs unswitched(We we, String user, String group, Accounts accounts) {
        var account = user.isEmpty() ? null : accounts.user(user);
        if (group.isEmpty() && account != null && account.id() == we.id()) {
            return new Ourselves();
        }
        var what = user.isEmpty() ? "group " + group : "user " + user;
        return we.id() == 0
                ? refused(
                        what,
                        "apps are not started as other users here",
                        "Take it out, or start the daemon without"
                                + " FOOTPLATE_USER_SWITCHING=off ('footplate run' never does).")
                : refused(
                        what,
                        "only a daemon of root can start an app as somebody else",
                        "Take it out, call footplate as that user, or have root run the daemon.");
    }

    private static RunsAs refused(String where, String what, String mend) {
        return new Refused(new Problem(where, what, mend));
    }
}
