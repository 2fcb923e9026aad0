package footplate.core.schedule;

import java.util.BitSet;
import java.util.List;

/** One field of a {@link Cron}: what it may hold and how that is read (crontab(5)). */
enum CronField {
    MINUTE("minute", 0, 59, List.of()),
    HOUR("hour", 0, 23, List.of()),
    DAY("day of the month", 1, 31, List.of()),
    MONTH("month", 1, 12, List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    /** Sunday is 0, and 7. */
    WEEKDAY("day of the week", 0, 7, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat"));

    private final String label;
    private final int least;
    private final int most;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> names;

    CronField(String label, int least, int most, List<String> names) {
        this.label = label;
        this.least = least;
        this.most = most;
        this.names = names;
    }

    /** The values that a field names: {@code *}, {@code 5}, {@code 1-5}, {@code mon-fri}, {@code *}{@code /10}, {@code 1,3,20-30/2}. */
    BitSet read(String field) throws Cron.Wrong {
        var values = new BitSet();
        for (var part : field.split(",", -1)) {
            add(part, values);
        }
        if (this == WEEKDAY && values.get(7)) {
            values.clear(7);
            values.set(0);
        }
        return values;
    }

    private void add(String part, BitSet values) throws Cron.Wrong {
        int slash = part.indexOf('/');
        var range = slash < 0 ? part : part.substring(0, slash);
        int step = slash < 0 ? 1 : number(part.substring(slash + 1), part);
        int dash = range.indexOf('-');
        int from;
        int to;
        if (range.equals("*")) {
            from = least;
            to = this == WEEKDAY ? 6 : most;
        } else if (dash >= 0) {
            from = value(range.substring(0, dash), part);
            to = value(range.substring(dash + 1), part);
        } else {
            from = value(range, part);
            // As most crons read it: 5/10 is from 5 on each tenth.
            to = slash < 0 ? from : most;
        }
        if (step < 1) {
            throw new Cron.Wrong("'%s' (%s) has a step of %d: write 1 or more".formatted(part, label, step));
        }
        if (from > to) {
            throw new Cron.Wrong("'%s' (%s) ends before it begins: write it as two parts".formatted(part, label));
        }
        for (int value = from; value <= to; value += step) {
            values.set(value);
        }
    }

    private int value(String text, String part) throws Cron.Wrong {
        int name = names.indexOf(text);
        int value = name >= 0 ? least + name : number(text, part);
        if (value < least || value > most) {
            throw new Cron.Wrong("'%s' is no %s: write %d to %d".formatted(part, label, least, most));
        }
        return value;
    }

    private int number(String text, String part) throws Cron.Wrong {
        if (text.isEmpty() || text.length() > 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new Cron.Wrong("'%s' is no %s: write numbers%s, *, a-b, and /step, with commas between"
                    .formatted(
                            part, label, names.isEmpty() ? "" : " or " + names.getFirst() + " to " + names.getLast()));
        }
        return Integer.parseInt(text);
    }
}
