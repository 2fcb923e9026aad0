package footplate.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Which codings a client takes, the best first (RFC 9110 §12.5.3), as a number so that nothing is made per request. By
 * quality, among equals in the order of {@link Coding}. {@link Coding#IDENTITY} is always among them: a file that has no
 * other is better sent plain than not at all.
 */
public final class AcceptEncoding {
    /** Nothing but the plain file: what a request without the field gets. */
    public static final int IDENTITY_ONLY = Coding.IDENTITY.place() + 1;

    private static final Coding[] CODINGS = Coding.values();
    private static final int IDENTITY = Coding.IDENTITY.place();
    private static final byte[] X_GZIP = "x-gzip".getBytes(US_ASCII);
    private static final byte[][] LABELS = {
        "br".getBytes(US_ASCII), "zstd".getBytes(US_ASCII), "gzip".getBytes(US_ASCII), "identity".getBytes(US_ASCII)
    };

    /** Qualities are kept in 16 bits each, by coding and then for {@code *}: 0 for unnamed, else thousandths and one. */
    private static final int STAR = CODINGS.length;

    private static final int UNNAMED = 0;

    private AcceptEncoding() {}

    /** What the client of {@code head} prefers. */
    public static int of(RequestHead head) {
        var lines = head.lines();
        long named = 0;
        int star = UNNAMED;
        boolean any = false;
        for (int line = 0; line < lines.count(); line++) {
            if (lines.field(line) == Field.ACCEPT_ENCODING) {
                any = true;
                int from = lines.valueStart(line);
                int to = lines.valueEnd(line);
                while (from < to) {
                    int end = comma(head.bytes(), from, to);
                    int coding = coding(head.bytes(), from, end);
                    if (coding == STAR) {
                        star = quality(head.bytes(), from, end) + 1;
                    } else if (coding >= 0) {
                        named = with(named, coding, quality(head.bytes(), from, end) + 1);
                    }
                    from = end + 1;
                }
            }
        }
        return any ? order(named, star) : IDENTITY_ONLY;
    }

    /** The first in {@code preference} of those available, a bit for each by its place in {@link Coding}. */
    public static Coding choose(int preference, int available) {
        for (int rest = preference; rest != 0; rest >>>= 4) {
            int coding = (rest & 15) - 1;
            if ((available & (1 << coding)) != 0) {
                return CODINGS[coding];
            }
        }
        return Coding.IDENTITY;
    }

    private static int comma(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && bytes[i] != ',') {
            i++;
        }
        return i;
    }

    /** The coding that an element is about, {@link #STAR}, or -1 for one that we do not have. */
    private static int coding(byte[] bytes, int from, int end) {
        int start = from;
        while (start < end && (bytes[start] == ' ' || bytes[start] == '\t')) {
            start++;
        }
        int stop = start;
        while (stop < end && Octets.isToken(bytes[stop])) {
            stop++;
        }
        if (stop - start == 1 && bytes[start] == '*') {
            return STAR;
        }
        for (int coding = 0; coding < LABELS.length; coding++) {
            if (Octets.same(bytes, start, stop, LABELS[coding])) {
                return coding;
            }
        }
        return Octets.same(bytes, start, stop, X_GZIP) ? Coding.GZIP.place() : -1;
    }

    /** An element's weight in thousandths (RFC 9110 §12.4.2); 0 for one that is malformed. */
    private static int quality(byte[] bytes, int from, int end) {
        int i = from;
        while (i < end && bytes[i] != ';') {
            i++;
        }
        if (i == end) {
            return 1_000;
        }
        i++;
        while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) {
            i++;
        }
        if (i + 2 >= end || Octets.lower(bytes[i]) != 'q' || bytes[i + 1] != '=') {
            return 0;
        }
        i += 2;
        int quality = (bytes[i] - '0') * 1_000;
        if (quality != 0 && quality != 1_000) {
            return 0;
        }
        i++;
        if (i < end && bytes[i] == '.') {
            int unit = 100;
            for (i++; i < end && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
                quality += (bytes[i] - '0') * unit;
                unit /= 10;
            }
        }
        while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) {
            i++;
        }
        return i == end && quality <= 1_000 ? quality : 0;
    }

    private static long with(long named, int coding, int value) {
        int shift = 16 * coding;
        return (named & ~(0xFFFFL << shift)) | ((long) value << shift);
    }

    private static int order(long named, int star) {
        int preference = 0;
        int count = 0;
        int done = 0;
        while (true) {
            int best = -1;
            int bestQuality = 0;
            for (int coding = 0; coding < CODINGS.length; coding++) {
                int quality = (done & (1 << coding)) == 0 ? rank(named, star, coding) : 0;
                if (quality > bestQuality) {
                    best = coding;
                    bestQuality = quality;
                }
            }
            if (best < 0) {
                break;
            }
            done |= 1 << best;
            preference |= (best + 1) << (4 * count);
            count++;
            if (best == IDENTITY) {
                break;
            }
        }
        return (done & (1 << IDENTITY)) != 0 ? preference : preference | ((IDENTITY + 1) << (4 * count));
    }

    /** How much a coding is wanted; 0 for not at all. Below every weight: a plain file that nothing was said about. */
    private static int rank(long named, int star, int coding) {
        int value = (int) ((named >>> (16 * coding)) & 0xFFFF);
        if (value == UNNAMED) {
            value = star;
        }
        if (value == UNNAMED) {
            return coding == IDENTITY ? 1 : 0;
        }
        return value == 1 ? 0 : value;
    }
}
