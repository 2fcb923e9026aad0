package footplate.core.keep;

import java.util.List;

/** What one event leads to. */
public record Step(State state, List<Effect> effects) {
    public Step {
        effects = List.copyOf(effects);
    }
}
