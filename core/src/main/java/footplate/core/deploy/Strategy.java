package footplate.core.deploy;

import footplate.core.config.CanarySteps;
import footplate.core.config.Quantity;
import java.time.Duration;

/** In which order new processes come and old ones go. */
public sealed interface Strategy {
    /** Its name in settings and listings. */
    String label();

    /** Whether new processes wait beside the old ones, without requests of their own, until the switch. */
    default boolean aside() {
        return false;
    }

    /**
     * One after the other, new ones first.
     *
     * @param surge most above the pool's number
     * @param unavailable most below it; not both are zero
     */
    record Rolling(Quantity surge, Quantity unavailable) implements Strategy {
        public Rolling {
            if (surge.isZero() && unavailable.isZero()) {
                throw new IllegalArgumentException("a rolling change needs a process more or less");
            }
        }

        @Override
        public String label() {
            return "rolling";
        }
    }

    /**
     * A whole second set, one switch, and the old set kept for a while.
     *
     * @param manual the switch waits for the operator
     * @param keepOld how long after the switch
     */
    record BlueGreen(boolean manual, Duration keepOld) implements Strategy {
        @Override
        public String label() {
            return "blue-green";
        }

        @Override
        public boolean aside() {
            return true;
        }
    }

    /** By a growing share of the requests, judged at each step. */
    record Canary(CanarySteps steps) implements Strategy {
        /** A step; where there are fewer by now, the last. */
        CanarySteps.Step step(int number) {
            return steps.steps().get(Math.min(number, steps.steps().size() - 1));
        }

        @Override
        public String label() {
            return "canary";
        }

        @Override
        public boolean aside() {
            return true;
        }
    }

    /** The old ones go, then the new ones come; requests wait meanwhile. */
    record Recreate() implements Strategy {
        @Override
        public String label() {
            return "recreate";
        }
    }
}
