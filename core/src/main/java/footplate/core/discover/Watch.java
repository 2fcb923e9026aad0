package footplate.core.discover;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a name that is asked for again and again, and when it is asked for next. What was found stays while no name
 * server can tell; where one says that there is nobody, it stays for {@link #HELD} more (HAProxy: {@code hold nx}). Time and chance
 * come with the answer.
 *
 * @param subject what is looked for, in words
 * @param known the servers in use; null until an answer has told
 * @param failures answers in a row that told nothing
 * @param absentMillis since when a name server has said that there is nobody; null: not now
 * @param told what the operator knows
 * @param toldMillis when that was said
 */
public record Watch(
        String subject,
        @Nullable List<Found> known,
        int failures,
        @Nullable Long absentMillis,
        Told told,
        long toldMillis) {
    /** Bounds of the time until the next question. */
    public static final Duration SHORTEST = Duration.ofSeconds(1);

    public static final Duration LONGEST = Duration.ofHours(1);

    /** How long servers stay that the name servers say are none any more. */
    public static final Duration HELD = Duration.ofSeconds(30);

    private static final Duration LONGEST_AFTER_FAILURE = Duration.ofSeconds(30);
    private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(60);

    /** About one name the operator hears at most one thing in this time. */
    private static final Duration QUIET = Duration.ofSeconds(60);

    /** What an operator was told last. */
    public enum Told {
        WELL,
        SILENT,
        ABSENT
    }

    /**
     * What follows from an answer.
     *
     * @param watch the state from now on
     * @param servers those to use from now on; null: as before
     * @param message for the operator; null: nothing
     * @param next when to ask again, from now
     */
    public record Step(
            Watch watch,
            @Nullable List<Found> servers,
            @Nullable String message,
            Duration next) {}

    /** Before the first answer. */
    public static Watch begin(String subject) {
        return new Watch(subject, null, 0, null, Told.WELL, 0);
    }

    /**
     * What an answer leads to.
     *
     * @param nowMillis of a clock that only goes forward
     * @param chance from 0 to 1, without it
     */
    public Step answered(Answer answer, long nowMillis, double chance) {
        return switch (answer) {
            case Answer.Servers(var servers, var ttl) -> found(servers, ttl, nowMillis, chance);
            case Answer.Nobody nobody -> absent(nobody, nowMillis, chance);
            case Answer.Silence silence -> silent(silence, nowMillis, chance);
        };
    }

    private Step found(List<Found> servers, Duration ttl, long now, double chance) {
        var news = servers.equals(known) ? null : servers;
        var message = told == Told.WELL ? null : subject + " is found again: " + addresses(servers.size()) + ".";
        return step(servers, 0, null, Told.WELL, message, news, bounded(ttl, LONGEST), now, chance);
    }

    private Step absent(Answer.Nobody nobody, long now, double chance) {
        long since = absentMillis == null ? now : absentMillis;
        boolean held = known != null && !known.isEmpty() && now - since < HELD.toMillis();
        var message = subject + ": the name servers say that " + nobody.why()
                + (held
                        ? "; " + addresses(size()) + " stay in use for " + HELD.toSeconds() + " s."
                        : ": nothing is sent there until they say another thing.")
                + " Check the name, and what its name server is told.";
        List<Found> none = List.of();
        boolean news = !held && !none.equals(known);
        return step(
                held ? known : none,
                0,
                since,
                Told.ABSENT,
                message,
                news ? none : null,
                bounded(nobody.ttl(), held ? LONGEST_AFTER_FAILURE : LONGEST_ABSENCE),
                now,
                chance);
    }

    private Step silent(Answer.Silence silence, long now, double chance) {
        boolean first = known == null && !silence.some().isEmpty();
        var servers = first ? silence.some() : known;
        var message = subject + ": no name server can tell where it is (" + silence.why() + "); "
                + (servers == null || servers.isEmpty()
                        ? "nothing is sent there until one can."
                        : addresses(servers.size()) + " stay in use.")
                + " Check 'resolver', or /etc/resolv.conf where it names none.";
        long wait = SHORTEST.toMillis() << Math.min(failures, 5);
        return step(
                servers,
                failures + 1,
                absentMillis,
                Told.SILENT,
                message,
                first ? servers : null,
                bounded(Duration.ofMillis(wait), LONGEST_AFTER_FAILURE),
                now,
                chance);
    }

    private Step step(
            @Nullable List<Found> servers,
            int failed,
            @Nullable Long absent,
            Told state,
            @Nullable String message,
            @Nullable List<Found> news,
            Duration next,
            long now,
            double chance) {
        // The first trouble is told at once; a name that comes and goes is not told of each time.
        boolean tells = state != told && (toldMillis == 0 || now - toldMillis >= QUIET.toMillis());
        var after = new Watch(
                subject, servers, failed, absent, tells ? state : told, tells ? Math.max(1, now) : toldMillis);
        // Up to a tenth later, so that many names, or many daemons, do not all ask at the same moment.
        var jitter = Duration.ofMillis((long) (next.toMillis() * 0.1 * chance));
        return new Step(after, news, tells ? message : null, next.plus(jitter));
    }

    private int size() {
        return known == null ? 0 : known.size();
    }

    private static String addresses(int count) {
        return count == 1 ? "1 address" : count + " addresses";
    }

    private static Duration bounded(Duration asked, Duration longest) {
        return asked.compareTo(SHORTEST) < 0 ? SHORTEST : asked.compareTo(longest) > 0 ? longest : asked;
    }
}
