package footplate.daemon.os;

import footplate.core.supervise.ProcessId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * All processes that came from one we started, however far they went: those with its {@link Marker} in the environment
 * they were started with, and those in the session it leads (some programs overwrite their environment to change their
 * title). Only processes of our own user, never PID 1 and never ourselves.
 *
 * <p>A cgroup per app with {@code cgroup.kill} will do this in one write where cgroups may be written.
 */
public final class ProcessTree {
    /** Some 2 s at the least; a tree that outlives that is stuck in the kernel or outnumbers us. */
    private static final int KILL_ROUNDS = 200;

    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(10);

    private final Processes processes;
    private final Marker marker;
    private final @Nullable ProcessId leader;
    private final int self = Math.toIntExact(ProcessHandle.current().pid());

    private ProcessTree(Processes processes, Marker marker, @Nullable ProcessId leader) {
        this.processes = processes;
        this.marker = marker;
        this.leader = leader;
    }

    /** Every process with this marker. */
    public static ProcessTree of(Processes processes, Marker marker) {
        return new ProcessTree(processes, marker, null);
    }

    /**
     * Every process with this marker, and those in the session of the one we started with it.
     *
     * @param leader as it was started; may have ended since
     */
    public static ProcessTree of(Processes processes, Marker marker, ProcessId leader) {
        return new ProcessTree(processes, marker, leader);
    }

    /** Those that run at about this moment, the leader included; in the order of their PIDs. */
    public List<ProcessId> members() {
        return scan().stream()
                .map(stat -> new ProcessId(stat.pid(), stat.startTicks()))
                .toList();
    }

    /**
     * Sends a signal to each of them, once.
     *
     * @return how many took it
     */
    public int stop(Signal signal) {
        int taken = 0;
        for (var member : members()) {
            if (processes.signal(member, signal)) {
                taken++;
            }
        }
        return taken;
    }

    /**
     * Kills all of them, and those they start meanwhile, until none is left; blocks some milliseconds, a few seconds at
     * the worst.
     *
     * @return those that would not go, normally none: a process in uninterruptible sleep takes no signal
     */
    public List<ProcessId> kill() {
        boolean noneBefore = false;
        for (int round = 0; round < KILL_ROUNDS; round++) {
            var members = scan();
            if (members.isEmpty() && noneBefore) {
                return List.of();
            }
            // One empty look is no proof: in the middle of an exec a process has no environment to be seen.
            noneBefore = members.isEmpty();
            kill(members);
            LockSupport.parkNanos(BETWEEN_ROUNDS.toNanos());
        }
        return members();
    }

    private void kill(List<Proc.Stat> members) {
        var pids = new HashSet<Integer>();
        members.forEach(member -> pids.add(member.pid()));
        var groups = new HashSet<Integer>();
        for (var member : members) {
            // A group led by a member has only members and their children in it. Without setsid(1) an app can share
            // our own group: its members are killed one by one.
            if (pids.contains(member.group()) && groups.add(member.group())) {
                processes.killGroup(member.group());
            }
        }
        for (var member : members) {
            processes.signal(new ProcessId(member.pid(), member.startTicks()), Signal.KILL);
        }
    }

    private List<Proc.Stat> scan() {
        int user = Proc.user(self).orElseThrow();
        var members = new ArrayList<Proc.Stat>();
        var inSession = new ArrayList<Proc.Stat>();
        boolean sessionIsOurs = leader != null
                && Proc.stat(leader.pid())
                        .filter(now -> now.startTicks() == leader.startTicks())
                        .isPresent();
        for (int pid : Proc.pids()) {
            if (pid <= 1 || pid == self || Proc.user(pid).orElse(-1) != user) {
                continue;
            }
            var stat = Proc.stat(pid);
            if (stat.isEmpty() || stat.get().ended()) {
                continue;
            }
            boolean leads = leader != null && stat.get().session() == leader.pid();
            if (Proc.started(pid, marker.entry())) {
                members.add(stat.get());
                sessionIsOurs |= leads;
            } else if (leads) {
                inSession.add(stat.get());
            }
        }
        // With the leader gone and no marked process in it, a session of that number may be a stranger's by now.
        if (sessionIsOurs) {
            members.addAll(inSession);
        }
        return members;
    }
}
