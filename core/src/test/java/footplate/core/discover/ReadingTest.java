package footplate.core.discover;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingTest {
    private static Reading read(int code, List<Reply.Entry> answers, Reply.Entry... authority) {
        return Reading.of(new Reply(code, answers, List.of(authority)), "a", Reply.Address.class);
    }

    private static Reply.Entry alias(String from, long ttl, String to) {
        return new Reply.Alias(from, ttl, to);
    }

    private static Reply.Entry address(String name, long ttl) {
        return new Reply.Address(name, ttl, "10.0.0.1");
    }

    @Test
    void aChainOfAliasesIsFollowedAndItsShortestTimeCounts() {
        assertThat(read(0, List.of(address("c", 50), alias("b", 20, "c"), alias("a", 30, "b"))))
                .isEqualTo(new Reading.Records(List.of(address("c", 50)), 20));
    }

    @Test
    void recordsOfNamesThatWereNotAskedForDoNotCount() {
        assertThat(read(0, List.of(address("evil", 50)))).isEqualTo(new Reading.Absent(true, Reading.ABSENCE));
    }

    @Test
    void whereAChainLeavesTheReplyItsEndIsAskedFor() {
        assertThat(read(0, List.of(alias("a", 30, "b")))).isEqualTo(new Reading.Elsewhere("b", 30));
        assertThat(read(3, List.of(alias("a", 30, "b")))).isEqualTo(new Reading.Absent(false, Reading.ABSENCE));
        assertThat(read(0, List.of(alias("a", 30, "b")), new Reply.Authority("b", 9, 90)))
                .isEqualTo(new Reading.Absent(true, 9));
    }

    @Test
    void anAbsenceLastsAsLongAsTheSmallerTimeOfItsSoa() {
        assertThat(read(3, List.of(), new Reply.Authority("x", 900, 60))).isEqualTo(new Reading.Absent(false, 60));
        assertThat(read(0, List.of(), new Reply.Authority("x", 30, 60))).isEqualTo(new Reading.Absent(true, 30));
    }

    @Test
    void aServerThatCannotTellIsNamedSo() {
        assertThat(read(2, List.of())).isEqualTo(new Reading.Unknown("SERVFAIL"));
        assertThat(read(5, List.of(address("a", 1)))).isEqualTo(new Reading.Unknown("REFUSED"));
        assertThat(read(0, List.of(alias("a", 1, "b"), alias("b", 1, "a")))).isInstanceOf(Reading.Unknown.class);
    }

    @Test
    void anyReplyIsReadToSomething() {
        Seeds.each(20_000, random -> {
            var answers = new ArrayList<Reply.Entry>();
            for (int i = random.nextInt(12); i > 0; i--) {
                var name = String.valueOf((char) ('a' + random.nextInt(12)));
                answers.add(
                        random.nextInt(4) == 0
                                ? address(name, random.nextInt(100))
                                : alias(name, random.nextInt(100), String.valueOf((char) ('a' + random.nextInt(12)))));
            }
            var reading = read(random.nextInt(4), answers);
            if (reading instanceof Reading.Records(var records, var ttl)) {
                assertThat(records).isNotEmpty();
                assertThat(ttl).isBetween(0L, 100L);
            }
        });
    }
}
