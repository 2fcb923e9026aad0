package footplate.testkit;

import footplate.core.config.AppDefinition;
import footplate.core.name.RunId;
import footplate.core.supervise.ProcessId;

/** One process of a world, as the kernel would know it. */
final class SimulatedProcess {
    final RunId run;
    final AppDefinition definition;
    final Conduct conduct;
    final ProcessId id;
    boolean alive = true;
    boolean ready;
    boolean asked;

    /** When the Keeper hears that it exists: nothing else is heard of it before. */
    long spawnHeard;

    SimulatedProcess(RunId run, AppDefinition definition, Conduct conduct, ProcessId id) {
        this.run = run;
        this.definition = definition;
        this.conduct = conduct;
        this.id = id;
    }

    boolean isOf(String app) {
        return definition.name().value().equals(app);
    }

    @Override
    public String toString() {
        return "process of run " + run + " of " + definition.name();
    }
}
