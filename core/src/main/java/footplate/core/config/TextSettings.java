package footplate.core.config;

import footplate.core.schedule.Cron;
import org.jspecify.annotations.Nullable;

/** What may be written for those settings that are neither numbers nor choices. */
final class TextSettings {
    private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}";

    private TextSettings() {}

    /** What is wrong with {@code value}; null if nothing is. */
    static @Nullable Problem problem(Setting setting, String value) {
        return switch (setting) {
            case HEALTH -> HealthCheck.problem(value);
            case CRON_RESTART -> cron(value);
            case MAX_CPU -> cpu(value);
            case BALANCE -> balance(value);
            case STICKY_SESSIONS_COOKIE ->
                value.matches(TOKEN)
                        ? null
                        : new Problem(
                                setting.label(),
                                "'" + value + "' is no name for a cookie",
                                "Write a name of letters, digits and dashes.");
            case DEFAULT_USER ->
                value.isEmpty()
                        ? new Problem(setting.label(), "it names nobody", "Write a user's name, such as nobody.")
                        : account(setting, value);
            case USER, GROUP -> account(setting, value);
            case ERROR_PAGES, SENDFILE_ROOT, TEMP_PATH ->
                value.indexOf('\0') < 0
                        ? null
                        : new Problem(setting.label(), "no path has a NUL in it", "Write a folder's path.");
            default -> ofDeploys(setting, value);
        };
    }

    private static @Nullable Problem ofDeploys(Setting setting, String value) {
        var mend = switch (setting) {
            case MAX_SURGE, MAX_UNAVAILABLE ->
                Quantity.parse(value) == null ? "Write a number or a percentage: 1, 2, 25%." : "";
            case STEPS ->
                CanarySteps.parse(value) == null ? "Write rising shares, each with its time: 5%:2m,25%:5m,100%." : "";
            case STICKY ->
                value.equals("cookie") || value.equals("off") || value.matches("header:" + TOKEN)
                        ? ""
                        : "Write cookie, off, or header: and the name of a request header.";
            case CANARY_HEADER, CANARY_COOKIE ->
                value.isEmpty() || value.matches(TOKEN) ? "" : "Write a name of letters, digits and dashes.";
            case MAX_ERROR_RATE -> value.isEmpty() || isShare(value) ? "" : "Write a percentage: 1%, 10%.";
            case ERROR_TOLERANCE -> isShare(value) ? "" : "Write a percentage: 0%, 1%.";
            case LATENCY_TOLERANCE -> value.matches("[0-9]{1,4}%") ? "" : "Write a percentage: 20%, 100%.";
            case PREVIEW -> preview(value) ? "" : "Write a host name, or a port from 1 to 65535.";
            default -> "";
        };
        return mend.isEmpty() ? null : new Problem(setting.label(), "'" + value + "' is not a value for it", mend);
    }

    private static boolean isShare(String value) {
        var share = Quantity.parse(value);
        return share != null && share.percent();
    }

    private static boolean preview(String value) {
        if (value.matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(value);
            return port >= 1 && port <= 65_535;
        }
        return value.isEmpty() || value.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    }

    private static @Nullable Problem cron(String value) {
        var wrong = value.isEmpty() ? null : Cron.problem(value);
        return wrong == null
                ? null
                : new Problem(
                        Setting.CRON_RESTART.label(),
                        "'" + value + "': " + wrong,
                        "Write minute, hour, day of the month, month and day of the week, as in '0 3 * * *', or @daily.");
    }

    private static @Nullable Problem cpu(String value) {
        return value.isEmpty() || value.matches("[1-9][0-9]{0,5}%")
                ? null
                : new Problem(
                        Setting.MAX_CPU.label(),
                        "'" + value + "' is no share of a core",
                        "Write a percentage of one core: 50% is half of one, 200% two.");
    }

    private static @Nullable Problem balance(String value) {
        return value.matches("least_busy_first|round_robin|least_conn|random|random_two|ip_hash"
                        + "|hash:? *\"?[^\"\\s]{1,200}\"?( +consistent)?|least_time:? *(header|last_byte)( +peak)?")
                ? null
                : new Problem(
                        Setting.BALANCE.label(),
                        "'" + value + "' is no way to choose a process",
                        "Write least_busy_first, round_robin, least_conn, random, random_two, ip_hash, 'hash: \"$request_uri\"'"
                                + " or 'least_time: header'.");
    }

    /** Whether there is such a user or group is known where it is to be used, and only there. */
    private static @Nullable Problem account(Setting setting, String value) {
        boolean fine = value.isEmpty() || value.matches("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,255}\\$?");
        return fine
                ? null
                : new Problem(
                        setting.label(), "'" + value + "' is no name", "Write a name or a number of this machine.");
    }
}
