package footplate.core.schedule;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Times that come again, as in crontab(5): minute, hour, day of the month, month and day of the week, or {@code @daily}
 * and its like. Where both kinds of day are restricted, either will do.
 *
 * <p>Where clocks are put forward, a named hour that does not exist comes in the moment they are; where they are put
 * back, it comes once, the first time. With any hour ({@code *} or {@code *}{@code /2}) it is the clock that counts: what
 * does not exist does not come, and what comes twice comes twice.
 */
public final class Cron {
    /** A 29 February on a certain day of the week may be 40 years away. */
    private static final int FARTHEST_DAYS = 41 * 366;

    private final String text;
    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean anyHour;
    private final boolean eitherDay;

    private Cron(String text, String[] fields) throws Wrong {
        this.text = text;
        minutes = CronField.MINUTE.read(fields[0]);
        hours = CronField.HOUR.read(fields[1]);
        days = CronField.DAY.read(fields[2]);
        months = CronField.MONTH.read(fields[3]);
        weekdays = CronField.WEEKDAY.read(fields[4]);
        anyHour = fields[1].startsWith("*");
        eitherDay = !fields[2].startsWith("*") && !fields[4].startsWith("*");
    }

    /** What cannot be read, in words. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(String what) {
            super(what, null, false, false);
        }
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException if {@link #problem} has one
     */
    public static Cron parse(String text) {
        try {
            return read(text);
        } catch (Wrong wrong) {
            throw new IllegalArgumentException(text + ": " + wrong.getMessage(), wrong);
        }
    }

    /** What is wrong with an expression, in words; null if nothing is. */
    public static @Nullable String problem(String text) {
        try {
            read(text);
            return null;
        } catch (Wrong wrong) {
            return String.valueOf(wrong.getMessage());
        }
    }

    private static Cron read(String text) throws Wrong {
        var plain = text.strip().toLowerCase(Locale.ROOT);
        var fields = written(plain).split("\\s+", -1);
        if (fields.length != 5) {
            throw new Wrong(
                    plain.startsWith("@")
                            ? "'" + text
                                    + "' is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually"
                            : "it has " + (plain.isEmpty() ? 0 : fields.length)
                                    + " fields, and five are needed: minute, hour, day of the month, month, day of the week");
        }
        var cron = new Cron(text.strip(), fields);
        if (!cron.everComes()) {
            throw new Wrong("no month it names has such a day");
        }
        return cron;
    }

    private static String written(String plain) {
        return switch (plain) {
            case "@hourly" -> "0 * * * *";
            case "@daily", "@midnight" -> "0 0 * * *";
            case "@weekly" -> "0 0 * * 0";
            case "@monthly" -> "0 0 1 * *";
            case "@yearly", "@annually" -> "0 0 1 1 *";
            default -> plain;
        };
    }

    private boolean everComes() {
        if (eitherDay) {
            return true;
        }
        return months.stream()
                .anyMatch(month -> days.nextSetBit(1) <= Month.of(month).maxLength());
    }

    /**
     * The first time after {@code after}.
     *
     * @param zone whose clocks count
     */
    public Instant next(Instant after, ZoneId zone) {
        // A day earlier: where clocks are put back at midnight, the day before is not over.
        var first = LocalDate.ofInstant(after, zone).minusDays(1);
        for (int i = 0; i < FARTHEST_DAYS; i++) {
            var day = first.plusDays(i);
            if (comesOn(day)) {
                var next = firstOn(day, after, zone);
                if (next.isPresent()) {
                    return next.get();
                }
            }
        }
        throw new IllegalStateException("'" + text + "' was found to come, and does not within 40 years");
    }

    private boolean comesOn(LocalDate day) {
        if (!months.get(day.getMonthValue())) {
            return false;
        }
        boolean byDay = days.get(day.getDayOfMonth());
        boolean byWeekday = weekdays.get(
                day.getDayOfWeek() == DayOfWeek.SUNDAY ? 0 : day.getDayOfWeek().getValue());
        return eitherDay ? byDay || byWeekday : byDay && byWeekday;
    }

    private Optional<Instant> firstOn(LocalDate day, Instant after, ZoneId zone) {
        return hours.stream()
                .boxed()
                .flatMap(hour -> minutes.stream().mapToObj(minute -> LocalDateTime.of(day, LocalTime.of(hour, minute))))
                .flatMap(time -> instants(time, zone).stream())
                .filter(time -> time.isAfter(after))
                .min(Instant::compareTo);
    }

    private List<Instant> instants(LocalDateTime time, ZoneId zone) {
        var rules = zone.getRules();
        var offsets = rules.getValidOffsets(time);
        if (offsets.isEmpty()) {
            return anyHour ? List.of() : List.of(rules.getTransition(time).getInstant());
        }
        return offsets.stream()
                .limit(anyHour ? 2 : 1)
                .map(offset -> time.toInstant(offset))
                .toList();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cron same && same.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
