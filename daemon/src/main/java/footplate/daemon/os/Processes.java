package footplate.daemon.os;

import footplate.core.supervise.ProcessId;
import java.util.Optional;

/** Starts processes and finds those started before; the one door to how this machine does it. */
public interface Processes extends AutoCloseable {
    /**
     * Starts a process as the leader of a session of its own, so that neither our end nor Ctrl-C on our terminal ends
     * it: stdin {@code /dev/null}, output appended to files, no other descriptor of ours, no signal blocked or ignored.
     *
     * @throws SpawnFailure saying what the operator has to mend
     */
    Child spawn(SpawnRequest request) throws SpawnFailure;

    /**
     * Takes a running process under watch, also one that is not our child.
     *
     * @return empty when that process has ended, even if its PID runs something else today
     */
    Optional<Child> find(ProcessId id);

    /**
     * Sends a signal to a process that need not be under watch.
     *
     * @return whether there was still that process to take it, and we were allowed to
     */
    boolean signal(ProcessId id, Signal signal);

    /**
     * Kills a whole process group at one instant, so that none of it can fork past the kill. The caller has just seen
     * that the group is one of ours; a group that is gone is no error.
     *
     * @param group above 1
     */
    void killGroup(int group);

    /** How it is done here, for {@code describe} and bug reports. */
    String describe();

    /** Ends the watch over all children; they run on. */
    @Override
    void close();

    /**
     * The best this machine allows: posix_spawn and pidfds (Linux 5.4, glibc 2.34, native access granted to the JVM),
     * else the JDK's ProcessBuilder, which sees the exit of adopted processes late and knows no limits of its own.
     */
    static Processes forThisMachine() {
        try {
            return new SpawnedProcesses(Libc.load());
        } catch (Libc.Unavailable why) {
            return new PlainProcesses(String.valueOf(why.getMessage()));
        }
    }

    /** The JDK's ProcessBuilder, whatever this machine offers. */
    static Processes plain() {
        return new PlainProcesses("asked for");
    }
}
