package footplate.core.happen;

import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.supervise.Exit;
import footplate.core.supervise.StartFailure;
import footplate.core.unit.Durations;
import footplate.core.unit.Sizes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something that happened to an app. Log lines, the output of commands and the event stream are views of these. */
public sealed interface Happening {
    AppName app();

    /** One sentence for a log line, without the app's name. */
    String describe();

    /**
     * A process was asked for.
     *
     * @param index its number among its app's instances
     */
    record InstanceStarting(AppName app, InstanceId instance, int index, int restarts) implements Happening {
        @Override
        public String describe() {
            return "instance " + instance + " starts" + (restarts == 0 ? "" : " (restart " + restarts + ")");
        }
    }

    /** A process is ready for requests. */
    record InstanceReady(AppName app, InstanceId instance, int pid, String address, Duration took)
            implements Happening {
        @Override
        public String describe() {
            return "instance " + instance + " is ready after " + Durations.print(took) + " (PID " + pid + ")";
        }
    }

    /** A process that an earlier daemon had started serves on. */
    record InstanceAdopted(AppName app, InstanceId instance, int pid) implements Happening {
        @Override
        public String describe() {
            return "instance " + instance + " was found running and is kept (PID " + pid + ")";
        }
    }

    /** A ready process ended by itself. */
    record InstanceCrashed(AppName app, InstanceId instance, int pid, Exit exit, Duration uptime, Duration restartIn)
            implements Happening {
        @Override
        public String describe() {
            return "instance " + instance + " (PID " + pid + ") ended after " + Durations.print(uptime) + ": "
                    + exit.describe() + "; it starts again "
                    + (restartIn.isZero() ? "at once" : "in " + Durations.print(restartIn));
        }
    }

    /** A start did not end in a ready process. */
    record StartFailed(AppName app, StartFailure failure, Duration retryIn) implements Happening {
        @Override
        public String describe() {
            return "instance " + failure.instance() + " did not start [" + failure.id() + "]: "
                    + failure.journey().problem();
        }
    }

    /** An instance crashed too often in a row. */
    record GivenUp(AppName app, InstanceId instance, int crashes) implements Happening {
        @Override
        public String describe() {
            return "instance " + instance + " is given up after " + crashes
                    + " quick ends in a row; mend the app and restart it";
        }
    }

    /** What was asked for is reached: every wanted process of this generation is ready, and no older one is left. */
    record Settled(AppName app, int generation, int ready) implements Happening {
        @Override
        public String describe() {
            return ready + (ready == 1 ? " instance is" : " instances are") + " ready";
        }
    }

    /**
     * What was asked for was not reached; what served before serves on.
     *
     * @param why in a sentence
     * @param failure the start that failed; null if it was something else
     */
    record NotSettled(
            AppName app,
            int generation,
            String why,
            @Nullable StartFailure failure,
            boolean oldKept) implements Happening {
        @Override
        public String describe() {
            if (failure == null) {
                return "the new release is taken back: " + why;
            }
            return oldKept ? "the new processes did not start; the old ones serve on" : "the app did not start";
        }
    }

    /** A deploy begins. */
    record DeployBegins(AppName app, int generation, int release, String strategy) implements Happening {
        @Override
        public String describe() {
            return "release " + release + " is deployed (" + strategy + ")";
        }
    }

    /**
     * A deploy has come a step further.
     *
     * @param permille share of the requests that the new release has now, in thousandths
     */
    record DeployStep(AppName app, int generation, int permille, String what) implements Happening {
        @Override
        public String describe() {
            return what;
        }
    }

    /** A deploy stays where it is until its operator says more. */
    record DeployPaused(AppName app, int generation, String why) implements Happening {
        @Override
        public String describe() {
            return "the deploy is paused: " + why + "; 'footplate resume' goes on, 'footplate abort' takes it back";
        }
    }

    /** A new release has taken over. */
    record Switched(AppName app, int generation, int release, Duration watched) implements Happening {
        @Override
        public String describe() {
            return "release " + release + " has taken over"
                    + (watched.isZero() ? "" : ", and is watched for " + Durations.print(watched));
        }
    }

    /** A release that had taken over is taken back. */
    record RollbackBegins(AppName app, int generation, String why) implements Happening {
        @Override
        public String describe() {
            return "the release before takes over again: " + why;
        }
    }

    /** The release before serves again. */
    record RolledBack(AppName app, int generation, int ready, String why) implements Happening {
        @Override
        public String describe() {
            return "rolled back, " + ready + (ready == 1 ? " instance is" : " instances are") + " ready: " + why;
        }
    }

    /** The pool was too small for its requests. */
    record PoolGrew(AppName app, int to) implements Happening {
        @Override
        public String describe() {
            return "all instances are busy: the pool grows to " + to;
        }
    }

    /** An instance above the minimum was not used for a while. */
    record PoolShrank(AppName app, InstanceId instance, int to) implements Happening {
        @Override
        public String describe() {
            return "instance " + instance + " was idle: the pool shrinks to " + to;
        }
    }

    /** An instance takes no new request. */
    record InstanceDraining(AppName app, InstanceId instance) implements Happening {
        @Override
        public String describe() {
            return "instance " + instance + " answers its last requests";
        }
    }

    /** An instance did not leave when asked. */
    record InstanceKilled(AppName app, InstanceId instance) implements Happening {
        @Override
        public String describe() {
            return "instance " + instance + " did not leave in time and is killed";
        }
    }

    /** An instance that was to go is gone. */
    record InstanceStopped(AppName app, InstanceId instance, Exit exit) implements Happening {
        @Override
        public String describe() {
            return "instance " + instance + " is gone (" + exit.describe() + ")";
        }
    }

    /** {@code tmp/always_restart.txt} appeared or went. */
    record FreshProcesses(AppName app, boolean on) implements Happening {
        @Override
        public String describe() {
            return on
                    ? "tmp/always_restart.txt is there: every request gets a fresh process"
                    : "tmp/always_restart.txt is gone: processes are kept again";
        }
    }

    /** A restart begins, and why. */
    record RestartBegins(AppName app, String why) implements Happening {
        @Override
        public String describe() {
            return "restarts, new processes first: " + why;
        }
    }

    /** An instance that does not do well is to be replaced, and why. */
    record ReplacementBegins(AppName app, InstanceId instance, String why) implements Happening {
        @Override
        public String describe() {
            return "instance " + instance + " is replaced, a new process first: " + why;
        }
    }

    /**
     * The kernel killed a process that an instance had started, and the instance goes on.
     *
     * @param cap most bytes that they may have together
     */
    record PartKilled(AppName app, InstanceId instance, long cap) implements Happening {
        @Override
        public String describe() {
            return "a process that instance " + instance
                    + " had started was killed by the kernel: together they wanted more memory than max-memory-hard = "
                    + Sizes.print(cap);
        }
    }

    /**
     * A server of an upstream gets no more requests, but for those that try it.
     *
     * @param app the upstream
     * @param server as its operator names it
     */
    record ServerOut(AppName app, String server, String why) implements Happening {
        @Override
        public String describe() {
            return "server " + server + " gets no requests: " + why;
        }
    }

    /** A server of an upstream gets requests again. */
    record ServerIn(AppName app, String server) implements Happening {
        @Override
        public String describe() {
            return "server " + server + " gets requests again";
        }
    }

    /** The last process of a stopped app is gone. */
    record AppStopped(AppName app) implements Happening {
        @Override
        public String describe() {
            return "stopped";
        }
    }

    /** The app is forgotten. */
    record AppDeleted(AppName app) implements Happening {
        @Override
        public String describe() {
            return "deleted";
        }
    }
}
