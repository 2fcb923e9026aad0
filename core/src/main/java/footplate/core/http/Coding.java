package footplate.core.http;

/** How a stored representation is compressed (RFC 9110 §8.4.1, RFC 7932, RFC 8878), in the order we prefer among equals. */
public enum Coding {
    BROTLI("br", ".br"),
    ZSTANDARD("zstd", ".zst"),
    GZIP("gzip", ".gz"),
    /** Not at all. */
    IDENTITY("identity", "");

    private final String label;
    private final String suffix;

    Coding(String label, String suffix) {
        this.label = label;
        this.suffix = suffix;
    }

    /** Its place among them, from 0 on: arrays and bits are by it. */
    @SuppressWarnings("EnumOrdinal") // this is the one place that says so
    public int place() {
        return ordinal();
    }

    /** Its name in Accept-Encoding and Content-Encoding. */
    public String label() {
        return label;
    }

    /** What the name of a file in this coding ends with; empty for {@link #IDENTITY}. */
    public String suffix() {
        return suffix;
    }
}
