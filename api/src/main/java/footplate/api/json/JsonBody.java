package footplate.api.json;

/** A value that can be written as a JSON object. */
@FunctionalInterface
public interface JsonBody {
    /** An object without fields. */
    JsonBody EMPTY = _ -> {};

    /** Writes this value's fields, in their documented order, into an object that is already open. */
    void write(JsonOut out);
}
