package footplate.core.match;

import footplate.core.http.NormalPath;
import footplate.core.http.QueryParameters;
import footplate.core.http.RequestHead;
import java.util.Arrays;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * What a search for a route brings besides it: what the groups of its host and path matched, or why there is none; and the room that
 * the search needs. One object, on one thread, is used again for every search.
 */
public final class Captured {
    /** Most characters that the expressions of one search may read, together: some milliseconds. */
    static final int MOST_READ = 1_000_000;

    /** A longer host is no name (RFC 1035 §2.3.4), and for routes without a host only. */
    static final int LONGEST_HOST = 253;

    /** Why no route was found. */
    public enum Why {
        /** There is none for the request. */
        NO_ROUTE,
        /** Its path climbs above the root, or is wrongly encoded: 400. */
        NO_PATH,
        /** An expression took too long: it is one that goes back and forth, and the request makes it do so. */
        TOO_LONG_A_SEARCH
    }

    private final CountedText.Allowance allowance = new CountedText.Allowance();
    private final CountedText hostText = new CountedText(allowance);
    private final CountedText pathText = new CountedText(allowance);
    private final CountedText text = new CountedText(allowance);
    private final NormalPath path = new NormalPath();
    private final QueryParameters parameters = new QueryParameters();
    private final HostTable.Found found = new HostTable.Found();
    private final byte[] host = new byte[LONGEST_HOST];
    private int hostLength;
    private boolean pathRead;
    private boolean isPath;

    private int after;
    private boolean passed;
    private int[] seen = {};
    private int seenCount;

    private @Nullable Expression hostExpression;
    private @Nullable Matcher hostMatch;
    private @Nullable Expression pathExpression;
    private @Nullable Matcher pathMatch;
    private Groups groups = Groups.NONE;
    private Why why = Why.NO_ROUTE;

    void begin(int after) {
        this.after = after;
        passed = after < 0;
        seenCount = 0;
        allowance.renew(MOST_READ);
        pathRead = false;
        hostExpression = null;
        hostMatch = null;
        pathExpression = null;
        pathMatch = null;
        groups = Groups.NONE;
        why = Why.NO_ROUTE;
    }

    /** Takes the host in lower case; false if it is none that a route could name. */
    boolean readHost(RequestHead head) {
        int from = head.hostStart();
        hostLength = head.hostNameEnd() - from;
        if (hostLength <= 0 || hostLength > LONGEST_HOST) {
            return false;
        }
        var bytes = head.bytes();
        for (int i = 0; i < hostLength; i++) {
            byte octet = bytes[from + i];
            host[i] = octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
        }
        return true;
    }

    byte[] host() {
        return host;
    }

    int hostLength() {
        return hostLength;
    }

    HostTable.Found found() {
        return found;
    }

    CountedText hostText() {
        return hostText.over(host, 0, hostLength);
    }

    /** The request's path, read once a search; null if it is none. */
    @Nullable
    NormalPath path(RequestHead head) {
        if (!pathRead) {
            pathRead = true;
            isPath = path.read(head);
        }
        return isPath ? path : null;
    }

    CountedText pathText() {
        return pathText.over(path.bytes(), path.from(), path.to());
    }

    /** For one value of the request. */
    CountedText text() {
        return text;
    }

    QueryParameters parameters() {
        return parameters;
    }

    /** Whether a route that is for the request is the wanted one: the first, or the first behind another; each counts once. */
    boolean takes(int place) {
        if (after < 0) {
            return true;
        }
        for (int i = 0; i < seenCount; i++) {
            if (seen[i] == place) {
                return false;
            }
        }
        if (passed) {
            return true;
        }
        if (seenCount == seen.length) {
            seen = Arrays.copyOf(seen, 2 * seenCount + 8);
        }
        seen[seenCount++] = place;
        passed = place == after;
        return false;
    }

    void keepHost(Expression expression, Matcher match) {
        hostExpression = expression;
        hostMatch = match;
    }

    void keepPath(Expression expression, Matcher match) {
        pathExpression = expression;
        pathMatch = match;
    }

    void refuse(Why reason) {
        why = reason;
    }

    /** Makes texts of what matched. */
    void take() {
        int ofHost = hostExpression == null ? 0 : hostExpression.names().size();
        int ofPath = pathExpression == null ? 0 : pathExpression.names().size();
        if (ofHost + ofPath == 0) {
            return;
        }
        var names = new String[ofHost + ofPath];
        var values = new String[ofHost + ofPath];
        for (int i = 0; pathExpression != null && pathMatch != null && i < ofPath; i++) {
            int group = pathExpression.group(i);
            int from = pathMatch.start(group);
            names[i] = pathExpression.names().get(i);
            values[i] = from < 0
                    ? ""
                    : NormalPath.encoded(
                            pathText.bytes(), pathText.from() + from, pathText.from() + pathMatch.end(group));
        }
        for (int i = 0; hostExpression != null && hostMatch != null && i < ofHost; i++) {
            var value = hostMatch.group(hostExpression.group(i));
            names[ofPath + i] = hostExpression.names().get(i);
            values[ofPath + i] = value == null ? "" : value;
        }
        groups = new Groups(names, values);
    }

    /** What the groups of the route that was found matched. */
    public Groups groups() {
        return groups;
    }

    /** Why the last search found nothing. */
    public Why why() {
        return why;
    }
}
