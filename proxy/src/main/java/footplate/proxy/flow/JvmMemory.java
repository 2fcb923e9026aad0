package footplate.proxy.flow;

import footplate.core.config.GivenMemory;
import io.netty.util.internal.PlatformDependent;

/** What memory this JVM was started with. */
public final class JvmMemory {
    private JvmMemory() {}

    /** The heap, and what buffers are made in. */
    public static GivenMemory given() {
        return new GivenMemory(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory());
    }
}
