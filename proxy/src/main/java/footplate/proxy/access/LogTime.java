package footplate.proxy.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.http.HeadBytes;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The time as logs write it, in the machine's zone; made once a second. */
final class LogTime {
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    private final ZoneId zone;
    private long second = Long.MIN_VALUE;
    private int millis;
    private byte[] common = new byte[0];
    private byte[] iso = new byte[0];
    private byte[] isoZone = new byte[0];

    LogTime(ZoneId zone) {
        this.zone = zone;
    }

    /** Sets it to {@code epochMillis}. */
    LogTime at(long epochMillis) {
        long now = Math.floorDiv(epochMillis, 1_000L);
        millis = Math.floorMod(epochMillis, 1_000);
        if (now != second) {
            second = now;
            print(now);
        }
        return this;
    }

    private void print(long epochSecond) {
        ZoneOffset offset = zone.getRules().getOffset(Instant.ofEpochSecond(epochSecond));
        var time = LocalDateTime.ofEpochSecond(epochSecond, 0, offset);
        int minutes = Math.abs(offset.getTotalSeconds()) / 60;
        char sign = offset.getTotalSeconds() < 0 ? '-' : '+';
        var clock = two(time.getHour()) + ":" + two(time.getMinute()) + ":" + two(time.getSecond());
        common = (two(time.getDayOfMonth()) + "/" + MONTHS[time.getMonthValue() - 1] + "/" + time.getYear() + ":"
                        + clock + " " + sign + two(minutes / 60) + two(minutes % 60))
                .getBytes(US_ASCII);
        iso = (time.getYear() + "-" + two(time.getMonthValue()) + "-" + two(time.getDayOfMonth()) + "T" + clock + ".")
                .getBytes(US_ASCII);
        isoZone = (sign + two(minutes / 60) + ":" + two(minutes % 60)).getBytes(US_ASCII);
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }

    /** {@code 21/Nov/2026:13:40:00 +0100}, as the common log format has it. */
    void common(HeadBytes out) {
        out.add(common);
    }

    /** {@code 2026-11-21T13:40:00.123+01:00} (RFC 3339). */
    void iso(HeadBytes out) {
        out.add(iso)
                .add((byte) ('0' + millis / 100))
                .add((byte) ('0' + millis / 10 % 10))
                .add((byte) ('0' + millis % 10))
                .add(isoZone);
    }
}
