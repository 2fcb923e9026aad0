package footplate.daemon;

import footplate.daemon.config.Refused;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A deed on a thread of its own, so that it is done to its end even if the one who asked for it goes away. */
final class OwnThread {
    /** What is done there. */
    interface Deed<T> {
        T call() throws Refused, InterruptedException;
    }

    private OwnThread() {}

    static <T> T call(String name, Deed<T> deed) throws Refused, InterruptedException {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform().name(name).start(() -> {
            try {
                result.complete(deed.call());
            } catch (Refused | InterruptedException | RuntimeException | Error failure) {
                result.completeExceptionally(failure);
            }
        });
        try {
            return result.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Refused refused) {
                throw refused;
            }
            throw new IllegalStateException(name + " has failed", failure);
        }
    }
}
