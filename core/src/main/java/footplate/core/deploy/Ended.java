package footplate.core.deploy;

import java.time.Instant;

/**
 * Why a release serves no longer, or never did.
 *
 * @param why in words: "replaced by 7"
 * @param when when that was seen
 */
public record Ended(Kind kind, String why, Instant when) {
    /** Ways to end. */
    public enum Kind {
        /** It served until another release took its place: the one kind that can be gone back to unasked. */
        REPLACED,
        /** It never came to serve all requests. */
        FAILED,
        /** It served, and was taken back. */
        ROLLED_BACK
    }
}
