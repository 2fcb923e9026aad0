package footplate.core.match;

import footplate.core.config.routes.Rules;
import footplate.core.http.NormalPath;
import footplate.core.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What path and query a request is sent on with, where a route changes them. What {@code strip_prefix} leaves is what a
 * {@code rewrite} beside it knows as {@code uri} and {@code path}.
 */
public final class PathEdit {
    private final @Nullable Phrase rewrite;
    /** Without a slash at its end, as requests are compared with it. */
    private final byte[] prefix;

    private PathEdit(@Nullable Phrase rewrite, byte[] prefix) {
        this.rewrite = rewrite;
        this.prefix = prefix;
    }

    /** Null if {@code rules} change nothing. */
    public static @Nullable PathEdit of(Rules rules) {
        var rewrite = rules.rewrite() == null ? null : Phrase.of(rules.rewrite(), Phrase.Use.TARGET);
        var normal = rules.stripPrefix().isEmpty() ? null : NormalPath.of(rules.stripPrefix() + "/");
        var prefix = normal == null ? new byte[0] : Arrays.copyOf(normal, normal.length - 1);
        return rewrite == null && prefix.length == 0 ? null : new PathEdit(rewrite, prefix);
    }

    /** The target to send in place of the request's; null if that stays as it is. It begins with one slash. */
    public @Nullable String target(RequestHead head, Variables variables) {
        var stripped = prefix.length == 0 ? null : stripped(head);
        if (rewrite == null) {
            return stripped;
        }
        var target = rewrite.render(
                stripped == null
                        ? variables
                        : name -> switch (name) {
                            case "uri" -> stripped;
                            case "path" -> stripped.substring(0, pathEnd(stripped));
                            default -> variables.value(name);
                        });
        // As nginx leaves out the question mark of an empty $args that a rewrite ends with.
        boolean lone = target.indexOf('?') == target.length() - 1;
        return oneSlash(lone && !target.isEmpty() ? target.substring(0, target.length() - 1) : target);
    }

    private @Nullable String stripped(RequestHead head) {
        var written = head.path();
        int end = pathEnd(written);
        var rest = rest(head, written.substring(0, end));
        return rest == null ? null : oneSlash(rest) + written.substring(end);
    }

    private static int pathEnd(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target.length() : query;
    }

    /** A target that begins with two would name a host to some readers (RFC 3986 §4.2). */
    private static String oneSlash(String target) {
        int slashes = 0;
        while (slashes < target.length() && target.charAt(slashes) == '/') {
            slashes++;
        }
        return slashes == 1 ? target : "/" + target.substring(slashes);
    }

    /**
     * What is behind the prefix: as the client wrote it, if it means the same there as behind the prefix; else in its normal form.
     * Null if the path is not below the prefix.
     */
    private @Nullable String rest(RequestHead head, String path) {
        var normal = new NormalPath();
        if (!normal.read(head)) {
            return null;
        }
        int behind = normal.from() + prefix.length;
        if (behind > normal.to()
                || !Arrays.equals(normal.bytes(), normal.from(), behind, prefix, 0, prefix.length)
                || (behind < normal.to() && normal.bytes()[behind] != '/')) {
            return null;
        }
        var literal = new String(prefix, StandardCharsets.ISO_8859_1);
        if (path.startsWith(literal)) {
            var rest = path.substring(literal.length());
            var same = rest.startsWith("/") ? NormalPath.of(rest) : null;
            if (same != null && Arrays.equals(same, 0, same.length, normal.bytes(), behind, normal.to())) {
                return rest;
            }
        }
        return NormalPath.encoded(normal.bytes(), behind, normal.to());
    }
}
