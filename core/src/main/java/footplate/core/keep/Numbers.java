package footplate.core.keep;

import footplate.core.name.InstanceId;
import footplate.core.name.RunId;

/** Hands out the numbers of instances and runs, each once. */
final class Numbers {
    private int nextInstance;
    private long nextRun;

    Numbers(int nextInstance, long nextRun) {
        this.nextInstance = nextInstance;
        this.nextRun = nextRun;
    }

    void startAt(int instance, long run) {
        nextInstance = Math.max(nextInstance, instance);
        nextRun = Math.max(nextRun, run);
    }

    InstanceId instance() {
        return new InstanceId(nextInstance++);
    }

    RunId run() {
        return new RunId(nextRun++);
    }

    int nextInstance() {
        return nextInstance;
    }

    long nextRun() {
        return nextRun;
    }
}
