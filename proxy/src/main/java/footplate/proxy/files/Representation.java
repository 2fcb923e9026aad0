package footplate.proxy.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import footplate.core.http.Coding;
import footplate.core.http.HttpDate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One form of a file, as it lies on the disk, with what is said about it. Its content comes when it is first wanted. */
final class Representation {
    private static final byte[] NONE = {};

    private final Stamp stamp;
    private final Coding coding;
    private final String etag;
    private final Instant modified;
    private final String type;
    private final boolean varies;
    private final FileAnswer bodyless;
    private final FileAnswer notModified;
    private volatile @Nullable FileAnswer whole;

    /**
     * @param type Content-Type of the file, whatever its coding
     * @param varies whether the file has other representations
     */
    Representation(Stamp stamp, Coding coding, String type, boolean varies) {
        this(stamp, coding, type, varies, Instant.now());
    }

    /** @param now what Last-Modified is where the file's own time is still to come (RFC 9110 §8.8.2.1) */
    private Representation(Stamp stamp, Coding coding, String type, boolean varies, Instant now) {
        this.stamp = stamp;
        this.coding = coding;
        this.type = type;
        this.varies = varies;
        var time = stamp.modified().toInstant();
        // Seconds and nanoseconds: two writes within a millisecond are two states. Each coding has a tag of its own
        // (§8.8.3.3).
        this.etag = "\"" + Long.toHexString(time.getEpochSecond()) + Integer.toHexString(time.getNano()) + "-"
                + Long.toHexString(stamp.size()) + (coding == Coding.IDENTITY ? "" : "-" + coding.label()) + "\"";
        this.modified = (time.isAfter(now) ? now : time).truncatedTo(ChronoUnit.SECONDS);
        this.bodyless =
                new FileAnswer(200, head("HTTP/1.1 200 OK\r\n" + fields() + length(stamp.size())), null, List.of());
        this.notModified = new FileAnswer(304, head("HTTP/1.1 304 Not Modified\r\n" + validators()), null, List.of());
    }

    static byte[] head(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static String length(long bytes) {
        return "Content-Length: " + bytes + "\r\n";
    }

    /** ETag, Last-Modified, and Vary where it does. */
    String validators() {
        return "ETag: " + etag + "\r\nLast-Modified: " + HttpDate.print(modified) + "\r\n"
                + (varies ? "Vary: Accept-Encoding\r\n" : "");
    }

    /** All that is said about it but for its length. */
    String fields() {
        return validators() + "Content-Type: " + type + "\r\nX-Content-Type-Options: nosniff\r\n" + aboutBytes();
    }

    /** What is said about its bytes, whoever says of what type they are. */
    String aboutBytes() {
        return (coding == Coding.IDENTITY ? "" : "Content-Encoding: " + coding.label() + "\r\n")
                + "Accept-Ranges: bytes\r\n";
    }

    /** Gives it its content, which is then held and released by whoever keeps this. */
    void content(Content bytes) {
        whole = new FileAnswer(200, bodyless.head(), bytes, List.of(new FileAnswer.Piece(NONE, 0, stamp.size())));
    }

    /** The same, with this content and for one answer only. */
    Representation with(Content bytes) {
        var one = new Representation(stamp, coding, type, varies, modified);
        one.content(bytes);
        return one;
    }

    @Nullable
    Content content() {
        var answer = whole;
        return answer == null ? null : answer.content();
    }

    /** All of it; null if its content is not there yet. */
    @Nullable
    FileAnswer whole() {
        return whole;
    }

    /** All that a HEAD gets. */
    FileAnswer bodyless() {
        return bodyless;
    }

    FileAnswer notModified() {
        return notModified;
    }

    Stamp stamp() {
        return stamp;
    }

    long size() {
        return stamp.size();
    }

    String type() {
        return type;
    }

    String etag() {
        return etag;
    }

    /** In whole seconds, and never in the future: what Last-Modified says. */
    Instant modified() {
        return modified;
    }

    /** Bytes of memory that it takes without its content, roughly. */
    int weight() {
        return 512 + bodyless.head().length + notModified.head().length;
    }
}
