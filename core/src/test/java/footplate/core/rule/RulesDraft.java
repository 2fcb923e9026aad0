package footplate.core.rule;

import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Template;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rules of which a test says what it needs. */
final class RulesDraft {
    static final Rules.Edits NO_EDITS = new Rules.Edits(Map.of(), Map.of(), List.of());

    @Nullable
    Template rewrite;

    String stripPrefix = "";
    Rules.Edits request = NO_EDITS;
    Rules.Edits answer = NO_EDITS;
    Rules.@Nullable Hsts hsts;
    Rules.@Nullable Cors cors;
    Rules.@Nullable BasicAuth users;
    Rules.@Nullable ForwardAuth auth;
    Rules.Access access = new Rules.Access(List.of(), List.of());
    Rules.@Nullable RealIp real;
    Rules.@Nullable RateLimit rate;
    Rules.@Nullable ConcurrencyLimit most;
    Rules.@Nullable Maintenance maintenance;
    Rules.@Nullable Mirror mirror;

    Rules made() {
        return new Rules(
                rewrite,
                stripPrefix,
                request,
                answer,
                hsts,
                cors,
                users,
                auth,
                access,
                real,
                rate,
                most,
                maintenance,
                mirror);
    }
}
