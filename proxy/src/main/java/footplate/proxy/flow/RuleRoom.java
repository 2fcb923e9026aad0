package footplate.proxy.flow;

import footplate.core.config.Setting;
import footplate.core.http.HeadBytes;
import footplate.core.http.RequestHead;
import footplate.core.pool.Load;
import footplate.core.route.Target;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** What routes' rules need on one loop, made when the first needs it: room for heads, and servers that are asked beside a request's. */
final class RuleRoom {
    /** Most servers whose connections are kept; the one known for longest is forgotten. */
    private static final int MOST_TARGETS = 64;

    /** Most copies of requests that are under way. */
    private static final int MOST_COPIES = 64;

    private final Loop loop;
    private final HeadBytes bytes = new HeadBytes(0);
    private RequestHead head;
    private int copies;
    private int number;
    private final Map<String, Target> targets = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Target> eldest) {
            return size() > MOST_TARGETS;
        }
    };

    RuleRoom(Loop loop) {
        this.loop = loop;
        this.head = new RequestHead((int) loop.settings().bytes(Setting.MAX_URI_SIZE));
    }

    /** Other settings hold. */
    void limit() {
        head = new RequestHead((int) loop.settings().bytes(Setting.MAX_URI_SIZE));
    }

    /** Where a head with another target lies; whoever uses it is done with it before it returns to the loop. */
    HeadBytes bytes() {
        return bytes;
    }

    /** The reader of what lies in {@link #bytes}. */
    RequestHead head() {
        return head;
    }

    /**
     * A server that is asked beside a request's own.
     *
     * @param address numeric, with a port
     */
    Target target(String address) {
        var known = targets.get(address);
        if (known == null) {
            known = Target.server(number++, address, new Load(0, false, System.nanoTime()));
            targets.put(address, known);
            loop.tableChanged();
        }
        return known;
    }

    Collection<Target> targets() {
        return targets.values();
    }

    /** Whether one more copy of a request may be under way; then {@link #copyEnds} follows once. */
    boolean copyBegins() {
        if (copies >= MOST_COPIES) {
            return false;
        }
        copies++;
        return true;
    }

    void copyEnds() {
        copies--;
    }
}
