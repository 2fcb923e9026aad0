package footplate.api.v1;

import footplate.api.json.Fields;
import org.jspecify.annotations.Nullable;

/** What can be asked of a running Footplate; the name on the wire is the constant's in lower case. */
public enum Call {
    /** Who answers? No body; answers {@link PingInfo}. */
    PING,
    /** Starts an app: {@link StartRequest}; events while it comes up; answers {@link Apps} with the one app. */
    START,
    /** Stops instances and keeps the app's definition: {@link TargetRequest}; answers {@link Apps}. */
    STOP,
    /** Replaces instances, new before old: {@link TargetRequest}; answers {@link Apps}. */
    RESTART,
    /** Stops an app and forgets its definition: {@link TargetRequest}; answers {@link Apps} as they were last seen. */
    DELETE,
    /** Changes how many instances an app has: {@link ScaleRequest}; answers {@link Apps} with the one app. */
    SCALE,
    /** Makes a release and rolls it out: {@link DeployRequest}; events while it does; answers {@link Deployed}. */
    DEPLOY,
    /** The same code in new processes, its environment read anew: {@link ReloadRequest}; answers {@link Deployed}. */
    RELOAD,
    /** An earlier release again: {@link RollbackRequest}; answers {@link Deployed}. */
    ROLLBACK,
    /** A configuration file is to be in force, or to be read anew: {@link ConfigureRequest}; answers {@link ConfigurationInfo}. */
    CONFIGURE,
    /** The releases of an app: {@link TargetRequest}; answers {@link Releases}. */
    HISTORY,
    /** What is different between two releases: {@link DiffRequest}; answers {@link Differences}. */
    DIFF,
    /** A rollout that waits or goes by steps ends now, with the new release: {@link TargetRequest}; answers {@link Apps}. */
    PROMOTE,
    /** A deploy is broken off, the old release stays or comes back: {@link TargetRequest}; answers {@link Apps}. */
    ABORT,
    /** A rollout stays where it is: {@link TargetRequest}; answers {@link Apps}. */
    PAUSE,
    /** A rollout that stays goes on: {@link TargetRequest}; answers {@link Apps}. */
    RESUME,
    /** All apps with their instances; no body; answers {@link Apps}. */
    LIST,
    /** The upstreams of the configuration file in force, with their servers; no body; answers {@link Upstreams}. */
    UPSTREAMS,
    /** The apps that a target names: {@link TargetRequest}; answers {@link Apps}, and fails if there is none. */
    DESCRIBE,
    /** Every setting of the server; no body; answers {@link ServerSettings}. */
    SETTINGS,
    /** Gives a setting of the server another value: {@link SetRequest}; answers {@link ServerSettings} with the one. */
    SET,
    /** Requests under way: {@link OptionalTarget}; answers {@link RequestsUnderWay}. */
    REQUESTS,
    /** What the server has done and holds; no body; answers {@link ServerCounts}. */
    COUNTS,
    /** Lines of output: {@link LogsRequest}; an event named {@code line} for each; answers an empty object, if ever. */
    LOGS,
    /** Stops every app, then the daemon itself; no body; events while it does; answers {@link Apps} that were stopped. */
    KILL,
    /** Has another build's daemon take over, in place of this one: {@link UpgradeRequest}; events while it does; answers {@link UpgradeInfo}. */
    UPGRADE,
    /** What happens, as it happens: no body; events until the client closes. */
    EVENTS;

    private static final Call[] ALL = values();

    /** {@return the call of that name on the wire; null if there is none} */
    static @Nullable Call named(String wireName) {
        for (Call call : ALL) {
            if (call.wireName().equals(wireName)) {
                return call;
            }
        }
        return null;
    }

    /** {@return the name on the wire} */
    public String wireName() {
        return Fields.wireName(this);
    }
}
