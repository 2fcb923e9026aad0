package footplate.daemon.os;

import footplate.core.supervise.ProcessId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * How much memory processes use with all they have started: resident pages, those shared with others counted for each (a
 * process's own share would cost the kernel a walk over its whole address space). One small read for each process of
 * the machine, however many are asked for.
 */
public final class TreeMemory {
    private TreeMemory() {}

    /**
     * Bytes of each of {@code leaders}, its descendants and its session; none of those that are gone.
     *
     * @param leaders processes that we started: each leads a session
     */
    public static Map<ProcessId, Long> of(Collection<ProcessId> leaders) {
        var bytes = new HashMap<ProcessId, Long>();
        if (leaders.isEmpty()) {
            return bytes;
        }
        var stats = new HashMap<Integer, Proc.Stat>();
        for (int pid : Proc.pids()) {
            Proc.stat(pid).ifPresent(stat -> stats.put(stat.pid(), stat));
        }
        var byPid = new HashMap<Integer, ProcessId>();
        for (var leader : leaders) {
            var stat = stats.get(leader.pid());
            if (stat != null && stat.startTicks() == leader.startTicks()) {
                byPid.put(leader.pid(), leader);
            }
        }
        for (var stat : stats.values()) {
            var owner = owner(stat, stats, byPid);
            if (owner != 0) {
                bytes.merge(byPid.get(owner), stat.rssPages() * Proc.pageSize(), Long::sum);
            }
        }
        return bytes;
    }

    /** The PID of the leader that a process belongs to; 0 if it is a stranger. */
    private static int owner(Proc.Stat stat, Map<Integer, Proc.Stat> stats, Map<Integer, ProcessId> leaders) {
        if (leaders.containsKey(stat.session())) {
            return stat.session();
        }
        var at = stat;
        // A parent that ended and whose PID was given anew could make a ring of this: no line is that long.
        for (int depth = 0; at != null && depth < 64; depth++) {
            if (leaders.containsKey(at.pid())) {
                return at.pid();
            }
            at = stats.get(at.parent());
        }
        return 0;
    }
}
