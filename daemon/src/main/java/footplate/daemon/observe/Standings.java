package footplate.daemon.observe;

import footplate.core.balance.Server;
import footplate.core.happen.Happening;
import footplate.core.name.AppName;
import footplate.core.pool.Load.Out;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sees which servers of upstreams went out or came in since it last looked. One thread at a time. */
public final class Standings {
    private final Set<Server> out = new HashSet<>();

    /** What is news of these servers. */
    public List<Happening> look(Map<AppName, List<Server>> upstreams) {
        var news = new ArrayList<Happening>();
        var there = new HashSet<Server>();
        upstreams.forEach((upstream, servers) -> {
            for (var server : servers) {
                there.add(server);
                boolean isOut = server.load().isInQuestion();
                if (isOut && out.add(server)) {
                    news.add(new Happening.ServerOut(upstream, server.name(), why(server)));
                } else if (!isOut && out.remove(server)) {
                    news.add(new Happening.ServerIn(upstream, server.name()));
                }
            }
        });
        out.removeIf(server -> !there.contains(server));
        return news;
    }

    /** Why a server is out, in words; empty if it is not. */
    public static String why(Server server) {
        var load = server.load();
        var reasons = new ArrayList<String>();
        if (load.isOut(Out.CHECK)) {
            reasons.add("it failed its checks");
        }
        if (load.isOut(Out.FAILURES)) {
            reasons.add("requests to it failed (max_fails)");
        }
        if (load.isOut(Out.CIRCUIT)) {
            reasons.add("its circuit breaker is open");
        }
        if (load.isOut(Out.OUTLIER)) {
            reasons.add("it fails more than the others (ejection)");
        }
        return reasons.isEmpty() && load.isInQuestion() ? "it is being tried" : String.join(", ", reasons);
    }
}
