package footplate.core.supervise;

/**
 * A process and nobody else: kernels hand the same PID out again, but not with the same start time.
 *
 * @param pid above 1
 * @param startTicks clock ticks from boot to the process's start (proc(5), /proc/PID/stat field 22)
 */
public record ProcessId(int pid, long startTicks) {
    public ProcessId {
        if (pid <= 1) {
            throw new IllegalArgumentException("PID " + pid + " is never an app's");
        }
    }
}
