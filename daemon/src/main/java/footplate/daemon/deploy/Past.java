package footplate.daemon.deploy;

import footplate.core.deploy.Ended;
import footplate.core.deploy.Origin;
import footplate.core.deploy.Release;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a release for its app's history, also when its files are gone. Holds no secrets.
 *
 * @param kept whether it is still there to go back to
 * @param ended why it serves no longer, or never did; null while it serves or is on its way
 */
public record Past(
        int number,
        int code,
        Origin origin,
        String who,
        Instant when,
        boolean kept,
        @Nullable Ended ended) {
    static Past of(Release release, boolean kept, @Nullable Ended ended) {
        return new Past(release.number(), release.code(), release.origin(), release.who(), release.when(), kept, ended);
    }
}
