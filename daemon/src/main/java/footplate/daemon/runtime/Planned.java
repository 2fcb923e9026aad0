package footplate.daemon.runtime;

import footplate.core.config.Problem;

/** A process that can be started, or why it cannot. */
public sealed interface Planned {
    record Ready(LaunchPlan plan) implements Planned {}

    record Refused(Problem problem) implements Planned {}
}
