package footplate.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import footplate.core.Seeds;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CronTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** The next times, as clocks in {@code zone} show them. */
    private static List<String> next(String cron, ZoneId zone, String after, int count) {
        var times = new ArrayList<String>();
        var at = LocalDateTime.parse(after).atZone(zone).toInstant();
        for (int i = 0; i < count; i++) {
            at = Cron.parse(cron).next(at, zone);
            times.add(at.atZone(zone).toLocalDateTime().toString());
        }
        return times;
    }

    private static String next(String cron, String after) {
        return next(cron, ZoneOffset.UTC, after, 1).getFirst();
    }

    @Test
    void theFiveFieldsMeanWhatCrontabSays() {
        assertThat(next("* * * * *", "2026-03-04T05:06:07")).isEqualTo("2026-03-04T05:07");
        assertThat(next("0 3 * * *", "2026-03-04T05:06")).isEqualTo("2026-03-05T03:00");
        assertThat(next("0 3 * * *", "2026-03-04T02:59:59")).isEqualTo("2026-03-04T03:00");
        assertThat(next("*/15 * * * *", "2026-03-04T05:46")).isEqualTo("2026-03-04T06:00");
        assertThat(next("5/20 * * * *", "2026-03-04T05:26")).isEqualTo("2026-03-04T05:45");
        assertThat(next("30 4 1,15 * *", "2026-03-02T00:00")).isEqualTo("2026-03-15T04:30");
        assertThat(next("0 22 * * 1-5", "2026-03-06T22:00")).isEqualTo("2026-03-09T22:00");
        assertThat(next("0 0,12 1 */2 *", "2026-01-01T12:00")).isEqualTo("2026-03-01T00:00");
        assertThat(next("10-30/10 8 * * *", "2026-03-04T08:20")).isEqualTo("2026-03-04T08:30");
        assertThat(next("59 23 31 12 *", "2026-12-31T23:59")).isEqualTo("2027-12-31T23:59");
    }

    @Test
    void namesAreNumbersAndSundayHasTwo() {
        assertThat(next("0 0 * JAN-mar sun", "2026-01-02T00:00")).isEqualTo("2026-01-04T00:00");
        assertThat(next("0 0 * * 7", "2026-03-04T00:00")).isEqualTo("2026-03-08T00:00");
        assertThat(next("0 0 * * 0", "2026-03-04T00:00")).isEqualTo("2026-03-08T00:00");
        assertThat(next("0 0 * * 5-7", "2026-03-07T00:00")).isEqualTo("2026-03-08T00:00");
        assertThat(next("0 0 * * Mon,Wed", "2026-03-04T00:00")).isEqualTo("2026-03-09T00:00");
    }

    @Test
    void whereBothKindsOfDayAreNamedEitherWillDo() {
        // crontab(5): "30 4 1,15 * 5" comes on the 1st and 15th of each month, and every Friday.
        assertThat(next("30 4 1,15 * 5", ZoneOffset.UTC, "2026-05-01T05:00", 4))
                .containsExactly("2026-05-08T04:30", "2026-05-15T04:30", "2026-05-22T04:30", "2026-05-29T04:30");
        assertThat(next("0 0 13 * fri", "2026-02-06T00:00")).isEqualTo("2026-02-13T00:00");
        // A star with a step restricts nothing by itself: both must hold.
        assertThat(next("0 0 */2 * mon", "2026-03-03T00:00")).isEqualTo("2026-03-09T00:00");
    }

    @Test
    void shortMonthsAndLeapYears() {
        assertThat(next("0 0 31 * *", "2026-03-31T00:00")).isEqualTo("2026-05-31T00:00");
        assertThat(next("0 0 29 2 *", "2026-01-01T00:00")).isEqualTo("2028-02-29T00:00");
        assertThat(next("0 0 29 2 *", "2096-02-29T00:00")).isEqualTo("2104-02-29T00:00");
    }

    @Test
    void theMacros() {
        assertThat(next("@hourly", "2026-03-04T05:06")).isEqualTo("2026-03-04T06:00");
        assertThat(next("@daily", "2026-03-04T05:06")).isEqualTo("2026-03-05T00:00");
        assertThat(next("@midnight", "2026-03-04T05:06")).isEqualTo("2026-03-05T00:00");
        assertThat(next("@weekly", "2026-03-04T05:06")).isEqualTo("2026-03-08T00:00");
        assertThat(next("@monthly", "2026-03-04T05:06")).isEqualTo("2026-04-01T00:00");
        assertThat(next("@YEARLY", "2026-03-04T05:06")).isEqualTo("2027-01-01T00:00");
    }

    @Test
    void aNamedHourThatIsSkippedComesWhenTheClocksArePutForward() {
        // Berlin, 29 March 2026: 02:00 becomes 03:00.
        assertThat(next("30 2 * * *", BERLIN, "2026-03-28T02:30", 2))
                .containsExactly("2026-03-29T03:00", "2026-03-30T02:30");
        assertThat(next("0 3 * * *", BERLIN, "2026-03-28T12:00", 2))
                .containsExactly("2026-03-29T03:00", "2026-03-30T03:00");
    }

    @Test
    void aNamedHourThatComesTwiceIsTakenOnce() {
        // Berlin, 25 October 2026: 03:00 becomes 02:00.
        var zone = BERLIN;
        var first = Cron.parse("30 2 * * *").next(Instant.parse("2026-10-24T12:00:00Z"), zone);
        assertThat(first).isEqualTo(Instant.parse("2026-10-25T00:30:00Z"));
        assertThat(Cron.parse("30 2 * * *").next(first, zone)).isEqualTo(Instant.parse("2026-10-26T01:30:00Z"));
    }

    @Test
    void withAnyHourItIsTheClockThatCounts() {
        assertThat(next("30 * * * *", BERLIN, "2026-03-29T00:45", 3))
                .containsExactly("2026-03-29T01:30", "2026-03-29T03:30", "2026-03-29T04:30");
        var cron = Cron.parse("30 * * * *");
        var times = new ArrayList<Instant>();
        for (var at = Instant.parse("2026-10-24T23:45:00Z"); times.size() < 3; times.add(at)) {
            at = cron.next(at, BERLIN);
        }
        assertThat(times)
                .containsExactly(
                        Instant.parse("2026-10-25T00:30:00Z"),
                        Instant.parse("2026-10-25T01:30:00Z"),
                        Instant.parse("2026-10-25T02:30:00Z"));
    }

    @Test
    void whereMidnightComesTwiceNothingIsLost() {
        // Havana, 1 November 2026: 01:00 becomes 00:00.
        var havana = ZoneId.of("America/Havana");
        var first = Cron.parse("0 0 * * *").next(Instant.parse("2026-10-31T12:00:00Z"), havana);
        assertThat(first).isEqualTo(Instant.parse("2026-11-01T04:00:00Z"));
        assertThat(Cron.parse("0 0 * * *").next(first, havana)).isEqualTo(Instant.parse("2026-11-02T05:00:00Z"));
    }

    @Test
    void whatCannotBeReadIsToldWithItsField() {
        assertThat(Cron.problem("0 3 * * *")).isNull();
        assertThat(Cron.problem("")).contains("0 fields", "five");
        assertThat(Cron.problem("0 3 * *")).contains("4 fields");
        assertThat(Cron.problem("0 0 3 * * *")).contains("6 fields");
        assertThat(Cron.problem("60 3 * * *")).contains("'60'", "minute", "0 to 59");
        assertThat(Cron.problem("0 24 * * *")).contains("'24'", "hour");
        assertThat(Cron.problem("0 3 0 * *")).contains("day of the month", "1 to 31");
        assertThat(Cron.problem("0 3 * foo *")).contains("'foo'", "month", "jan");
        assertThat(Cron.problem("0 3 * * fri-mon")).contains("ends before it begins");
        assertThat(Cron.problem("*/0 * * * *")).contains("step of 0");
        assertThat(Cron.problem("1, * * * *")).contains("''", "minute");
        assertThat(Cron.problem("-5 * * * *")).contains("minute");
        assertThat(Cron.problem("0 0 31 2,4 *")).contains("no month");
        assertThat(Cron.problem("@often")).contains("@daily");
        assertThatThrownBy(() -> Cron.parse("x")).hasMessageContaining("1 field");
    }

    /** The naive reading: minute by minute, in a zone without changes of the clock. */
    @Test
    void theNextTimeIsTheFirstMinuteThatFits() {
        Seeds.each(300, random -> {
            int minute = random.nextInt(60);
            int hour = random.nextInt(24);
            int weekday = random.nextInt(7);
            boolean anyDay = random.nextBoolean();
            var cron = Cron.parse(minute + " */" + (1 + hour % 6) + " * * " + (anyDay ? "*" : weekday));
            var after = start(random);
            var expected = after.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
            while (!fits(expected, minute, 1 + hour % 6, anyDay, weekday)) {
                expected = expected.plus(1, ChronoUnit.MINUTES);
            }
            assertThat(cron.next(after, ZoneOffset.UTC))
                    .describedAs(cron + " after " + after)
                    .isEqualTo(expected);
        });
    }

    private static Instant start(Random random) {
        return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(100_000_000));
    }

    private static boolean fits(Instant at, int minute, int step, boolean anyDay, int weekday) {
        var time = at.atOffset(ZoneOffset.UTC);
        return time.getMinute() == minute
                && time.getHour() % step == 0
                && (anyDay || time.getDayOfWeek().getValue() % 7 == weekday);
    }
}
