package footplate.cli.parse;

import static footplate.core.config.Setting.ACCESS_LOG;
import static footplate.core.config.Setting.ACCESS_LOG_SAMPLE;
import static footplate.core.config.Setting.BALANCE;
import static footplate.core.config.Setting.BUFFERING;
import static footplate.core.config.Setting.BUFFER_MEMORY_TOTAL;
import static footplate.core.config.Setting.DEFAULT_USER;
import static footplate.core.config.Setting.ERROR_PAGES;
import static footplate.core.config.Setting.FORWARDED;
import static footplate.core.config.Setting.HEALTH;
import static footplate.core.config.Setting.HEALTH_START_PERIOD;
import static footplate.core.config.Setting.MAX_BODY_SIZE;
import static footplate.core.config.Setting.MAX_REQUEST_TIME;
import static footplate.core.config.Setting.REQUEST_TIMEOUT;
import static footplate.core.config.Setting.SPA;
import static footplate.core.config.Setting.STICKY_SESSIONS;
import static footplate.core.config.Setting.STICKY_SESSIONS_COOKIE;
import static footplate.core.config.Setting.TEMP_DISK_TOTAL;
import static footplate.core.config.Setting.TEMP_PATH;
import static footplate.core.config.Setting.UNDERSCORES_IN_HEADERS;
import static footplate.core.config.Setting.UPGRADE_DRAIN;
import static footplate.core.config.Setting.VIA;

import footplate.core.config.Setting;
import footplate.core.config.Setting.Scope;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a command has flags for: those that do something there, and no others. The flags are made when they are asked for,
 * as most commands have none.
 */
public enum SettingFlags {
    NONE,
    /** Those of an app. */
    APP,
    /** Those of an app, and of the server it has for itself. */
    RUN,
    /** Those of servers that run already, and of what stands before them. */
    PROXY,
    /** Those of files, and of what sends them. */
    FILES;

    private static final Set<Setting> OF_A_DAEMON = EnumSet.of(UPGRADE_DRAIN, DEFAULT_USER);
    private static final Set<Setting> OF_CHECKS = EnumSet.range(HEALTH, HEALTH_START_PERIOD);
    private static final Set<Setting> OF_CHOICE = EnumSet.of(BALANCE, STICKY_SESSIONS, STICKY_SESSIONS_COOKIE);
    /** How a request is served, whoever answers it. */
    private static final Set<Setting> OF_REQUESTS = EnumSet.range(BUFFERING, ACCESS_LOG_SAMPLE);
    /** What of these, and of the server, does something where nothing but files answers. */
    private static final Set<Setting> OF_FILES =
            EnumSet.of(MAX_BODY_SIZE, REQUEST_TIMEOUT, ERROR_PAGES, SPA, ACCESS_LOG, ACCESS_LOG_SAMPLE);

    private static final Set<Setting> OF_PASSING_ON =
            EnumSet.of(BUFFER_MEMORY_TOTAL, TEMP_DISK_TOTAL, TEMP_PATH, UNDERSCORES_IN_HEADERS, VIA, FORWARDED);

    /** {@return their flags, in the order of the declarations} */
    public List<Flag> flags() {
        List<Flag> flags = new ArrayList<>();
        if (this != NONE) {
            for (Setting setting : Setting.values()) {
                if (has(setting)) {
                    flags.add(Flag.of(setting));
                }
            }
        }
        return flags;
    }

    @Nullable
    Flag flag(String name) {
        Setting setting = named(name);
        return setting == null || !has(setting) ? null : Flag.of(setting);
    }

    /** Why a flag that others have does nothing here. */
    record Senseless(Flag flag, String why, String mend) {}

    /** {@return why the flag of that name is none here; null if it is no setting's, or is one} */
    @Nullable
    Senseless senseless(String name) {
        Setting setting = named(name);
        return setting == null || has(setting) ? null : senseless(setting);
    }

    private @Nullable Setting named(String name) {
        return this == NONE || !name.startsWith("--") ? null : Setting.of(name.substring(2));
    }

    private boolean has(Setting setting) {
        boolean server = setting.scope() == Scope.SERVER;
        return switch (this) {
            case NONE -> false;
            case APP -> !server;
            case RUN -> setting != UPGRADE_DRAIN;
            case PROXY ->
                server
                        ? !OF_A_DAEMON.contains(setting)
                        : (OF_REQUESTS.contains(setting) && setting != SPA) || OF_CHOICE.contains(setting);
            case FILES ->
                server
                        ? !OF_A_DAEMON.contains(setting) && !OF_PASSING_ON.contains(setting)
                        : OF_FILES.contains(setting);
        };
    }

    private Senseless senseless(Setting setting) {
        Flag own = Flag.of(setting);
        String flag = own.name();
        if (this == APP || OF_A_DAEMON.contains(setting)) {
            return new Senseless(
                    own,
                    "it is about the daemon, not about one app",
                    "Leave it out; 'footplate set " + setting.label() + "' sets it for the background daemon.");
        }
        if (this == FILES && PROXY.has(setting)) {
            return new Senseless(
                    own,
                    "it is about requests that are passed on, and here files answer them all",
                    "Leave it out; 'footplate proxy' takes " + flag + ".");
        }
        if (setting == SPA) {
            return new Senseless(
                    own,
                    "it is about files, and here servers answer",
                    "Leave it out; 'footplate serve' takes " + flag + ".");
        }
        if (this == PROXY && setting == MAX_REQUEST_TIME) {
            return new Senseless(
                    own,
                    "it ends a process that took too long, and these servers are not ours to end",
                    "Write --request-timeout: it ends the request alone.");
        }
        if (this == PROXY && OF_CHECKS.contains(setting)) {
            return new Senseless(
                    own,
                    "it is about processes that Footplate starts",
                    "Leave it out, or write the servers as an upstream with 'health' into footplate.yml: 'footplate start'"
                            + " asks them then.");
        }
        return new Senseless(
                own,
                "it is about processes that Footplate starts, and here it starts none",
                "Leave it out; 'footplate run' and 'footplate start' take " + flag + ".");
    }
}
