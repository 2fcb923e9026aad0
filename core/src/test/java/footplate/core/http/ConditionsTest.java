package footplate.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.http.Conditions.Answer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    private static final String TAG = "\"t-1\"";
    private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05Z");
    private static final String SAME = "Fri, 02 Jan 2026 03:04:05 GMT";
    private static final String BEFORE = "Fri, 02 Jan 2026 03:04:04 GMT";

    private static Answer range(String range) {
        return range(range, null, 1_000);
    }

    private static Answer range(String range, @Nullable String ifRange, long size) {
        return new Conditions(null, null, null, null, ifRange, range).answer(TAG, MODIFIED, size, true);
    }

    private static Answer asked(
            @Nullable String match, @Nullable String noneMatch, @Nullable String since, @Nullable String unmodified) {
        return new Conditions(match, noneMatch, since, unmodified, null, null).answer(TAG, MODIFIED, 1_000, true);
    }

    @Test
    void tagsGoBeforeDates() {
        var whole = new Answer.Whole();
        var notModified = new Answer.NotModified();
        var failed = new Answer.Failed();
        assertThat(asked(null, TAG, null, null)).isEqualTo(notModified);
        assertThat(asked(null, "W/" + TAG, null, null)).isEqualTo(notModified);
        assertThat(asked(null, "\"x\" , " + TAG, null, null)).isEqualTo(notModified);
        assertThat(asked(null, "*", null, null)).isEqualTo(notModified);
        assertThat(asked(null, "\"x\"", SAME, null)).isEqualTo(whole);
        assertThat(asked(null, "x" + TAG, null, null)).isEqualTo(whole);
        assertThat(asked(null, null, SAME, null)).isEqualTo(notModified);
        assertThat(asked(null, null, BEFORE, null)).isEqualTo(whole);
        assertThat(asked(null, null, "yesterday", null)).isEqualTo(whole);
        assertThat(asked(TAG, null, null, BEFORE)).isEqualTo(whole);
        assertThat(asked("W/" + TAG, null, null, null)).isEqualTo(failed);
        assertThat(asked("\"x\"", TAG, null, null)).isEqualTo(failed);
        assertThat(asked(null, null, null, BEFORE)).isEqualTo(failed);
        assertThat(asked(null, null, null, SAME)).isEqualTo(whole);
    }

    private static Answer of(String... fields) {
        var head = ("GET / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields) + "\r\n\r\n").getBytes(US_ASCII);
        var request = new RequestHead(200);
        assertThat(request.read(head, 0, head.length)).isEqualTo(head.length);
        return Conditions.of(request).answer(TAG, MODIFIED, 1_000, true);
    }

    @Test
    void aListMayBeOnSeveralLines() {
        assertThat(of("If-Match: \"x\"", "If-Match: \"y\"")).isEqualTo(new Answer.Failed());
        assertThat(of("If-Match: \"x\"", "If-Match: " + TAG)).isEqualTo(new Answer.Whole());
        assertThat(of("If-None-Match: " + TAG, "If-None-Match: \"y\"")).isEqualTo(new Answer.NotModified());
        assertThat(of("If-None-Match: \"x\"", "If-None-Match: \"y\"", "If-Modified-Since: " + SAME))
                .isEqualTo(new Answer.Whole());
        assertThat(of("If-Range: " + TAG, "If-Range: \"y\"", "Range: bytes=0-0"))
                .isEqualTo(new Answer.Whole());
        assertThat(of("Range: bytes=0-0", "Range: bytes=1-1")).isEqualTo(new Answer.Whole());
    }

    @Test
    void datesAreUnderstoodInAllThreeForms() {
        var obsolete = new String[] {"Friday, 02-Jan-26 03:04:05 GMT", "Fri Jan  2 03:04:05 2026"};
        for (var same : obsolete) {
            assertThat(asked(null, null, same, null)).as(same).isEqualTo(new Answer.NotModified());
            assertThat(range("bytes=0-0", same, 9)).as(same).isEqualTo(new Answer.Part(0, 1));
        }
        assertThat(asked(null, null, null, "Fri Jan  2 03:04:04 2026")).isEqualTo(new Answer.Failed());
        assertThat(HttpDate.parse("Sunday, 06-Nov-94 08:49:37 GMT")).isEqualTo(Instant.parse("1994-11-06T08:49:37Z"));
        assertThat(HttpDate.parse("Sun Nov  6 08:49:37 1994")).isEqualTo(Instant.parse("1994-11-06T08:49:37Z"));
        assertThat(HttpDate.parse("Wed Nov 16 08:49:37 1994")).isEqualTo(Instant.parse("1994-11-16T08:49:37Z"));
        for (var none : new String[] {
            "",
            ",",
            "-",
            "Monday, 06-Nov-94 08:49:37 GMT",
            "Sun, 06-Nov-94 08:49:37 GMT",
            "Mon Nov  6 08:49:37 1994",
            "Sun Nov 6 08:49:37 1994 GMT",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sunday, 06-Nov-1994 08:49:37 GMT"
        }) {
            assertThat(HttpDate.parse(none)).as(none).isNull();
        }
    }

    @Test
    void oneRangeIsAPartAndAnythingStrangeTheWhole() {
        assertThat(range("bytes=0-0")).isEqualTo(new Answer.Part(0, 1));
        assertThat(range("bytes=990-2000")).isEqualTo(new Answer.Part(990, 10));
        assertThat(range("Bytes=-10")).isEqualTo(new Answer.Part(990, 10));
        assertThat(range("bytes=-5000")).isEqualTo(new Answer.Part(0, 1_000));
        assertThat(range("bytes=5-")).isEqualTo(new Answer.Part(5, 995));
        assertThat(range("bytes=1000-")).isEqualTo(new Answer.NoSuchPart());
        assertThat(range("bytes=-0")).isEqualTo(new Answer.NoSuchPart());
        assertThat(range("bytes=99999999999999999999-")).isEqualTo(new Answer.NoSuchPart());
        for (var strange : new String[] {"bytes=5-4", "bytes=", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=--1"}) {
            assertThat(range(strange)).as(strange).isEqualTo(new Answer.Whole());
        }
    }

    @Test
    void ifRangeMustMeanExactlyThisVersion() {
        assertThat(range("bytes=0-0", TAG, 9)).isEqualTo(new Answer.Part(0, 1));
        assertThat(range("bytes=0-0", "W/" + TAG, 9)).isEqualTo(new Answer.Whole());
        assertThat(range("bytes=0-0", SAME, 9)).isEqualTo(new Answer.Part(0, 1));
        assertThat(range("bytes=0-0", BEFORE, 9)).isEqualTo(new Answer.Whole());
    }

    @Test
    void noRangeLeadsOutOfTheFile() {
        var pieces = new String[] {"0", "1", "5", "99", "-", "-", ",", "18446744073709551617", " "};
        Seeds.each(5_000, random -> {
            var range = new StringBuilder("bytes=");
            for (int i = random.nextInt(5); i >= 0; i--) {
                range.append(pieces[random.nextInt(pieces.length)]);
            }
            long size = random.nextInt(120);
            if (range(range.toString(), null, size) instanceof Answer.Part(long from, long length)) {
                assertThat(from).isNotNegative();
                assertThat(length).isPositive();
                assertThat(from + length).isLessThanOrEqualTo(size);
            }
        });
    }
}
