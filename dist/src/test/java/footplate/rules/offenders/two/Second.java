package footplate.rules.offenders.two;

import footplate.rules.offenders.one.First;
import java.nio.file.Path;

/** The other half of the circle. */
public record Second(Path path) {
    public First back() {
        return First.now(this);
    }
}
