package footplate.core.balance;

import footplate.core.config.Problem;
import footplate.core.unit.Durations;
import java.time.Duration;
import java.util.List;

/**
 * What an operator says of one server of an upstream; names, meanings and standards are nginx's.
 *
 * @param weight its share beside the others; 1 to 10,000
 * @param maxConns most requests at once; 0: any number
 * @param maxFails failures, each less than {@code failTimeout} after the last, until it is left out; 0: never
 * @param failTimeout how long it is then left out, after which one request tries it
 * @param slowStart over which time its weight grows from nothing to the whole when it comes in; zero: at once
 * @param backup whether it gets requests only when no other server takes them
 * @param down whether it gets none at all; hashes keep its share of the keys, and send these elsewhere
 */
public record ServerTerms(
        int weight,
        int maxConns,
        int maxFails,
        Duration failTimeout,
        Duration slowStart,
        boolean backup,
        boolean down) {
    /** The greatest weight: what keeps every product of weights and requests exact. */
    public static final int MOST_WEIGHT = 10_000;

    /** What counts where nothing is said. */
    public static final ServerTerms STANDARD =
            new ServerTerms(1, 0, 1, Duration.ofSeconds(10), Duration.ZERO, false, false);

    /** For the processes of an app: they are left out by their exit and their health check, never by counting. */
    public static final ServerTerms INSTANCE =
            new ServerTerms(1, 0, 0, Duration.ofSeconds(10), Duration.ZERO, false, false);

    public ServerTerms {
        if (weight < 1 || weight > MOST_WEIGHT || maxConns < 0 || maxFails < 0) {
            throw new IllegalArgumentException("weight %d (1 to %d), max_conns %d, max_fails %d (0 or more)"
                    .formatted(weight, MOST_WEIGHT, maxConns, maxFails));
        }
        if (failTimeout.isNegative() || slowStart.isNegative()) {
            throw new IllegalArgumentException("fail_timeout " + failTimeout + ", slow_start " + slowStart);
        }
    }

    /** The same with another weight. */
    public ServerTerms weighing(int other) {
        return new ServerTerms(other, maxConns, maxFails, failTimeout, slowStart, backup, down);
    }

    /**
     * Reads what an operator wrote of one server.
     *
     * @param where the place it is written at, for messages
     * @param name one of {@code weight max_conns max_fails fail_timeout slow_start backup down}
     * @param problems takes what is wrong; then this object is returned
     * @return these terms with that one changed
     */
    public ServerTerms with(String where, String name, String value, List<Problem> problems) {
        return switch (name) {
            case "weight" -> {
                int number = number(where, name, value, 1, MOST_WEIGHT, problems);
                yield number < 0 ? this : weighing(number);
            }
            case "max_conns" -> {
                int number = number(where, name, value, 0, Integer.MAX_VALUE, problems);
                yield number < 0
                        ? this
                        : new ServerTerms(weight, number, maxFails, failTimeout, slowStart, backup, down);
            }
            case "max_fails" -> {
                int number = number(where, name, value, 0, Integer.MAX_VALUE, problems);
                yield number < 0
                        ? this
                        : new ServerTerms(weight, maxConns, number, failTimeout, slowStart, backup, down);
            }
            case "fail_timeout" ->
                new ServerTerms(
                        weight,
                        maxConns,
                        maxFails,
                        time(where, name, value, failTimeout, problems),
                        slowStart,
                        backup,
                        down);
            case "slow_start" ->
                new ServerTerms(
                        weight,
                        maxConns,
                        maxFails,
                        failTimeout,
                        time(where, name, value, slowStart, problems),
                        backup,
                        down);
            case "backup" ->
                new ServerTerms(
                        weight,
                        maxConns,
                        maxFails,
                        failTimeout,
                        slowStart,
                        truth(where, name, value, backup, problems),
                        down);
            case "down" ->
                new ServerTerms(
                        weight,
                        maxConns,
                        maxFails,
                        failTimeout,
                        slowStart,
                        backup,
                        truth(where, name, value, down, problems));
            default -> {
                problems.add(new Problem(
                        where,
                        "'" + name + "' is not a setting of a server",
                        "Settings here: weight, max_conns, max_fails, fail_timeout, slow_start, backup, down."));
                yield this;
            }
        };
    }

    private static int number(String where, String name, String value, int least, int most, List<Problem> problems) {
        if (!value.isEmpty() && value.length() <= 10 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return (int) number;
            }
        }
        problems.add(new Problem(
                where, name + " is '" + value + "'", "Write a whole number from " + least + " to " + most + "."));
        return -1;
    }

    private static Duration time(String where, String name, String value, Duration before, List<Problem> problems) {
        var millis = Durations.parseMillis(value);
        if (millis.isPresent()) {
            return Duration.ofMillis(millis.getAsLong());
        }
        problems.add(new Problem(where, name + " is '" + value + "'", "Write a time with its unit, such as 10s."));
        return before;
    }

    private static boolean truth(String where, String name, String value, boolean before, List<Problem> problems) {
        if (value.equals("true") || value.equals("false")) {
            return value.equals("true");
        }
        problems.add(new Problem(where, name + " is '" + value + "'", "Write true or false."));
        return before;
    }

    /**
     * What of the terms of all servers does not go with the way of balancing, or with each other.
     *
     * @param where the place of the upstream, for messages
     */
    public static void check(String where, Balance balance, List<ServerTerms> servers, List<Problem> problems) {
        if (!servers.isEmpty() && servers.stream().allMatch(ServerTerms::backup)) {
            problems.add(new Problem(where, "every server is a backup", "Write at least one server without backup."));
        }
        boolean byHash = balance instanceof Balance.IpHash || balance instanceof Balance.Hash;
        if (byHash && servers.stream().anyMatch(terms -> terms.slowStart().isPositive())) {
            problems.add(new Problem(
                    where,
                    "slow_start does not go with " + balance.text() + ": a server's keys are its own from the start",
                    "Leave slow_start out, or balance in another way (nginx refuses it too)."));
        }
        if (balance instanceof Balance.LeastBusy
                && servers.stream()
                        .anyMatch(terms ->
                                terms.weight() != 1 || terms.slowStart().isPositive())) {
            problems.add(new Problem(
                    where,
                    "least_busy_first knows no weight and no slow_start",
                    "Leave them out, or write least_conn, which goes by requests in hand and weight."));
        }
    }
}
