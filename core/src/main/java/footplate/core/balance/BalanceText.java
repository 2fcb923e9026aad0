package footplate.core.balance;

import footplate.core.config.Problem;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Balance} as an operator writes it. */
final class BalanceText {
    private static final String KNOWN =
            "round_robin, least_conn, random, random_two, ip_hash, hash: \"KEY\" [consistent], least_time: header|last_byte [peak], least_busy_first";

    private final String where;
    private final List<Problem> problems;

    BalanceText(String where, List<Problem> problems) {
        this.where = where;
        this.problems = problems;
    }

    @Nullable
    Balance read(String text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) != ':' && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        var name = text.substring(0, end);
        var rest = text.substring(end).strip();
        rest = rest.startsWith(":") ? rest.substring(1).strip() : rest;
        return switch (name.replace('-', '_').toLowerCase(Locale.ROOT)) {
            case "round_robin" -> alone(name, rest, new Balance.RoundRobin());
            case "least_conn" -> alone(name, rest, new Balance.LeastConn());
            case "random" -> random(rest);
            case "random_two" -> alone(name, rest.equals("least_conn") ? "" : rest, new Balance.RandomTwo());
            case "ip_hash" -> alone(name, rest, new Balance.IpHash());
            case "least_busy_first" -> alone(name, rest, new Balance.LeastBusy());
            case "hash" -> hash(rest);
            case "least_time" -> leastTime(rest);
            case "" -> refuse("no method is named", "Write one of: " + KNOWN + ".");
            default -> refuse("'" + name + "' is no way of balancing", "Write one of: " + KNOWN + ".");
        };
    }

    private @Nullable Balance alone(String name, String rest, Balance balance) {
        return rest.isEmpty()
                ? balance
                : refuse("'" + rest + "' follows '" + name + "', which takes nothing", "Write " + name + " alone.");
    }

    private @Nullable Balance random(String rest) {
        return switch (rest) {
            case "" -> new Balance.Random();
            case "two", "two least_conn" -> new Balance.RandomTwo();
            default -> refuse("'random' is not followed by '" + rest + "'", "Write random or random_two.");
        };
    }

    private @Nullable Balance hash(String rest) {
        if (rest.isEmpty()) {
            return refuse("'hash' has no key", "Write what is hashed behind it, such as hash: \"$request_uri\".");
        }
        String key;
        String after;
        char first = rest.charAt(0);
        if (first == '"' || first == '\'') {
            int end = rest.indexOf(first, 1);
            if (end < 0) {
                return refuse("the key's closing quote is missing", "Write hash: \"$request_uri\".");
            }
            key = rest.substring(1, end);
            after = rest.substring(end + 1).strip();
        } else {
            int end = 0;
            while (end < rest.length() && !Character.isWhitespace(rest.charAt(end))) {
                end++;
            }
            key = rest.substring(0, end);
            after = rest.substring(end).strip();
        }
        if (key.isEmpty()) {
            return refuse("the key is empty", "Write what is hashed, such as hash: \"$request_uri\".");
        }
        if (key.equals("consistent") && first == 'c' && after.isEmpty()) {
            return refuse("'hash' has no key", "Write hash: \"$request_uri\" consistent.");
        }
        if (key.indexOf('$') < 0) {
            return refuse(
                    "the key '" + key + "' has no variable: every request would go to the same server",
                    "Write a variable of the request, such as hash: \"$" + key + "\".");
        }
        return switch (after) {
            case "" -> new Balance.Hash(key, false);
            case "consistent" -> new Balance.Hash(key, true);
            default ->
                refuse(
                        "'" + after + "' follows the key of 'hash'",
                        "Write consistent there, or nothing; quote a key that has spaces.");
        };
    }

    private @Nullable Balance leastTime(String rest) {
        var words = rest.isEmpty() ? new String[0] : rest.split("\\s+", -1);
        var until = words.length == 0
                ? null
                : switch (words[0]) {
                    case "header" -> Balance.LeastTime.Until.HEADER;
                    case "last_byte" -> Balance.LeastTime.Until.LAST_BYTE;
                    default -> null;
                };
        if (until == null) {
            return refuse(
                    "'least_time' does not say which time counts",
                    "Write least_time: header or least_time: last_byte.");
        }
        if (words.length == 1) {
            return new Balance.LeastTime(until, false);
        }
        if (words.length == 2 && words[1].equals("peak")) {
            return new Balance.LeastTime(until, true);
        }
        if (words[1].equals("inflight")) {
            return refuse(
                    "'inflight' is not known: requests in hand always count, but not the time they have taken so far",
                    "Write least_time: " + words[0] + ", or " + words[0]
                            + " peak, which is quick to leave a slow server.");
        }
        return refuse("'" + words[1] + "' follows 'least_time'", "Write peak there, or nothing.");
    }

    private @Nullable Balance refuse(String what, String mend) {
        problems.add(new Problem(where, what, mend));
        return null;
    }
}
