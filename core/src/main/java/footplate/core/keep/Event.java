package footplate.core.keep;

import footplate.core.config.AppDefinition;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.servers.Server;
import footplate.core.measure.Counts;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.route.UpstreamPlan;
import footplate.core.supervise.Exit;
import footplate.core.supervise.Journey;
import footplate.core.supervise.ProcessId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the Keeper hears: from operators, from processes, from the data plane and from the clock. */
public sealed interface Event {
    /** An app is to run as defined here; if it runs already, new processes replace the old ones, start-first. */
    record Define(AppDefinition definition) implements Event {}

    /**
     * A new release is to take the place of the running one, by the strategy that its settings name. Nothing happens
     * while another deploy of the app is under way.
     *
     * @param atOnce by the plain way, without waiting and watching: a rollback
     */
    record Deploy(AppDefinition definition, boolean atOnce) implements Event {}

    /** A deploy that waits for its operator goes on: a switch is made, a canary's step ends. */
    record Promote(AppName app) implements Event {}

    /** A deploy ends, and the old release serves alone again. */
    record Abort(AppName app, String why) implements Event {}

    /** A deploy stays where it is. */
    record Pause(AppName app) implements Event {}

    /** A paused deploy goes on. */
    record Resume(AppName app) implements Event {}

    /** The old processes that are still kept, or those before the switch that is being watched, take over again. */
    record TakeBack(AppName app, String why) implements Event {}

    /** The answer of an operator's own check. */
    record Checked(AppName app, int generation, int step, boolean passed, String why) implements Event {}

    /** New processes for the whole app, start-first; starts it if it is stopped. */
    record Restart(AppName app, String why) implements Event {}

    /** A new process in place of one, start-first. */
    record RestartInstance(InstanceId instance) implements Event {}

    /**
     * A new process in place of a run that does not do well, start-first: it serves until another is ready.
     *
     * @param why in words, for the log: "did not answer its health check 3 times", say
     */
    record Replace(RunId run, String why) implements Event {}

    record Stop(AppName app) implements Event {}

    /** One instance goes, and the pool's bounds shrink by one. */
    record StopInstance(InstanceId instance) implements Event {}

    record Delete(AppName app) implements Event {}

    /** Other bounds for the pool; the target moves into them. */
    record Scale(AppName app, int min, int max) implements Event {}

    /**
     * Another value for a setting of the server, or of every app that chose none itself.
     *
     * @param value null for the default
     */
    record Set(Setting setting, @Nullable String value) implements Event {}

    /**
     * Another configuration file is in force, or the same one with other content.
     *
     * @param configured null: no file any more
     * @param apps those of it that are new or other than before
     * @param gone apps of the one before that it has no more
     * @param settings the server's from now on
     */
    record Configure(@Nullable Configured configured, List<AppDefinition> apps, List<AppName> gone, Settings settings)
            implements Event {
        public Configure {
            apps = List.copyOf(apps);
            gone = List.copyOf(gone);
        }
    }

    /**
     * A server of an upstream is where a name leads to now.
     *
     * @param server its place in the configuration
     * @param what as the configuration had it when it was asked for
     * @param places none while nobody knows
     */
    record Found(AppName upstream, int server, Server what, List<UpstreamPlan.Place> places) implements Event {
        public Found {
            places = List.copyOf(places);
        }
    }

    /** {@code tmp/always_restart.txt} appeared or went. */
    record FreshProcesses(AppName app, boolean on) implements Event {}

    /** The process of {@code run} exists. */
    record Spawned(RunId run, ProcessId process) implements Event {}

    /** The process of {@code run} takes requests at {@code address}. Comes after {@link Spawned}. */
    record Ready(RunId run, String address) implements Event {}

    /** The process of {@code run} is gone, or never came; the last thing heard of a run. */
    record Exited(RunId run, Exit exit, Journey journey) implements Event {}

    /**
     * The kernel killed a process that the one of {@code run} had started, which itself goes on.
     *
     * @param cap most bytes that they may have together
     */
    record PartKilled(RunId run, long cap) implements Event {}

    /** A draining run has answered its last request, or a single-use one its only one. */
    record Drained(RunId run) implements Event {}

    /** The data plane finds every process busy, or none ready. */
    record Busy(AppName app) implements Event {}

    /** What the data plane had in hand a moment ago; comes about once a second. */
    record Observed(List<AppUse> apps) implements Event {
        public Observed {
            apps = List.copyOf(apps);
        }
    }

    /** Time has passed: some deadline may be due. */
    record Wake() implements Event {}

    /** The daemon is to leave: every process stops, though its app stays wanted for the next daemon. */
    record Leave() implements Event {}

    /**
     * What the data plane has in hand for one app.
     *
     * @param queued requests that wait
     * @param runs its ready processes
     * @param sides how requests ended on the two sides of a change; null if that is not counted
     */
    record AppUse(
            AppName app,
            int queued,
            List<RunUse> runs,
            @Nullable Sides sides) {
        public AppUse(AppName app, int queued, List<RunUse> runs) {
            this(app, queued, runs, null);
        }

        public AppUse {
            runs = List.copyOf(runs);
        }
    }

    /**
     * What one ready process has in hand.
     *
     * @param underWay requests in hand
     * @param idleFor since the last answer, or since it was ready
     */
    record RunUse(RunId run, int underWay, Duration idleFor) {}

    /**
     * How requests ended on the two sides of a change since a stretch of it began.
     *
     * @param generation the change
     * @param stretch the stretch ({@link footplate.core.deploy.Rollout#stretch})
     */
    record Sides(int generation, int stretch, Counts counts) {}
}
