package footplate.daemon.os;

import footplate.core.supervise.ProcessId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * All processes that came from one we started, however far they went: those with its {@link Marker} in the environment
 * they were started with, and those in the session it leads (some programs overwrite their environment to change their
 * title). Only processes of our own user, root's daemon has everybody's, never PID 1 and never ourselves.
 */
public final class ProcessTree {
    /** Some 2 s at the least; a tree that outlives that is stuck in the kernel or outnumbers us. */
    private static final int KILL_ROUNDS = 200;

    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(10);

    /** Looks in a row that have to find nobody. */
    private static final int PROOFS = 2;

    /** The parent of all kernel threads; they never have an environment. */
    private static final int KERNEL_THREADS = 2;

    /** A process that has shown no environment in so many looks has none, or hides it. */
    private static final int UNSURE_ROUNDS = 10;

    private static final int ROOT = 0;

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

    /**
     * One look at all processes.
     *
     * @param members those of this tree
     * @param unsure those of our user that showed no environment: in the middle of an exec a process has none
     * @param vanished one ended while we looked: it may have left a child that was not there yet
     */
    private record Look(List<Proc.Stat> members, Set<ProcessId> unsure, boolean vanished) {}

    /** Those that run at about this moment, the leader included; in the order of their PIDs. */
    public List<ProcessId> members() {
        return look().members().stream()
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
        var unsureFor = new HashMap<ProcessId, Integer>();
        int none = 0;
        for (int round = 0; round < KILL_ROUNDS; round++) {
            var look = look();
            unsureFor.keySet().retainAll(look.unsure());
            look.unsure().forEach(one -> unsureFor.merge(one, 1, Integer::sum));
            boolean proof = look.members().isEmpty()
                    && !look.vanished()
                    && unsureFor.values().stream().noneMatch(rounds -> rounds < UNSURE_ROUNDS);
            none = proof ? none + 1 : 0;
            if (none == PROOFS) {
                return List.of();
            }
            kill(look.members());
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

    private Look look() {
        int user = Proc.user(self).orElseThrow();
        var members = new ArrayList<Proc.Stat>();
        var inSession = new ArrayList<Proc.Stat>();
        var unsure = new HashSet<ProcessId>();
        boolean vanished = false;
        boolean sessionIsOurs = leader != null
                && Proc.stat(leader.pid())
                        .filter(now -> now.startTicks() == leader.startTicks())
                        .isPresent();
        for (int pid : Proc.pids()) {
            if (pid <= 1 || pid == self) {
                continue;
            }
            var owner = Proc.user(pid);
            if (owner.isPresent() && user != ROOT && owner.getAsInt() != user) {
                continue;
            }
            var stat = Proc.stat(pid);
            if (owner.isEmpty() || stat.isEmpty() || stat.get().ended()) {
                vanished |= stat.isEmpty();
                continue;
            }
            boolean leads = leader != null && stat.get().session() == leader.pid();
            if (Proc.started(pid, marker.entry())) {
                members.add(stat.get());
                sessionIsOurs |= leads;
            } else if (leads) {
                inSession.add(stat.get());
            } else if (stat.get().parent() != KERNEL_THREADS && Proc.showsNoEnvironment(pid)) {
                unsure.add(new ProcessId(pid, stat.get().startTicks()));
            }
        }
        // With the leader gone and no marked process in it, a session of that number may be a stranger's by now.
        if (sessionIsOurs) {
            members.addAll(inSession);
        }
        return new Look(members, unsure, vanished);
    }
}
