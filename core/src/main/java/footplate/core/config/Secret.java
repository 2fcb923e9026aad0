package footplate.core.config;

/** A value that must not reach a log, a listing or an error: it prints as {@code ***}. */
public record Secret(String reveal) {
    @Override
    public String toString() {
        return "***";
    }
}
