package footplate.core.deploy;

import footplate.core.config.AppDefinition;
import footplate.core.config.Secret;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * One numbered version of an app: what it runs, how, and who brought it in. Never changed once it is made.
 *
 * @param number from 1 up, within its app
 * @param code number of the release whose code it runs: its own, or an earlier one's where only the environment was read anew
 * @param origin where the code came from
 * @param command the operator's own command line; empty if the way to start was found from the files
 * @param file the startup file that was named, from the app's folder; empty if none was
 * @param layers what its environment was made of
 * @param definition how it runs; holds the whole environment
 * @param who name of the user who brought it in
 * @param when when its making began
 */
public record Release(
        int number,
        int code,
        Origin origin,
        String command,
        String file,
        Layers layers,
        AppDefinition definition,
        String who,
        Instant when) {
    public Release {
        if (code < 1 || code > number) {
            throw new IllegalArgumentException("release %d cannot run the code of release %d".formatted(number, code));
        }
    }

    /**
     * Where an environment comes from; of one variable the later layer counts.
     *
     * @param kept the environment of the call that started the app, or replaced it with {@code --update-env}
     * @param chosen what was given with {@code --env}, in this and earlier deploys
     */
    public record Layers(Map<String, Secret> kept, Map<String, Secret> chosen) {
        public Layers {
            kept = Map.copyOf(kept);
            chosen = Map.copyOf(chosen);
        }

        /** What {@code ${NAME}} in the app's {@code .env} finds. */
        public Map<String, Secret> before() {
            return with(Map.of());
        }

        /** The whole environment. */
        public Map<String, Secret> with(Map<String, Secret> envFile) {
            var all = new HashMap<>(kept);
            all.putAll(envFile);
            all.putAll(chosen);
            return all;
        }

        /** The same with more that was chosen. */
        public Layers choosing(Map<String, Secret> more) {
            var all = new HashMap<>(chosen);
            all.putAll(more);
            return new Layers(kept, all);
        }
    }
}
