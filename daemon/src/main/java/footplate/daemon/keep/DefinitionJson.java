package footplate.daemon.keep;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.Malformed;
import footplate.core.config.AppDefinition;
import java.util.function.Consumer;

/** An app's definition as the state file has it, for other files of the home. Holds secrets. */
public final class DefinitionJson {
    private DefinitionJson() {}

    public static JsonBody of(AppDefinition app) {
        return StateJson.definition(app);
    }

    /**
     * Reads what {@link #of} wrote.
     *
     * @param troubles told of settings that this version does not have
     */
    public static AppDefinition read(Fields fields, Consumer<String> troubles) throws Malformed {
        return new StateJson(null, troubles).definition(fields);
    }
}
