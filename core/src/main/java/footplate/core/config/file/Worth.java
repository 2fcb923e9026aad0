package footplate.core.config.file;

import footplate.core.config.Secret;

/** Where the value of an app's variable comes from. */
public sealed interface Worth {
    record Given(Secret secret) implements Worth {}

    /** The content of a file, without the line end at its end; read when a process starts. */
    record FromFile(String path) implements Worth {}
}
