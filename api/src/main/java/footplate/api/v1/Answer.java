package footplate.api.v1;

import footplate.api.json.Fields;

/** One line of an answer: any number of events, then exactly one of the other two. */
public sealed interface Answer {
    /** Something happened meanwhile: {@code {"event":{…}}}. */
    record Happened(Event event) implements Answer {}

    /** The call was carried out: {@code {"ok":{…}}}. */
    record Ok(Fields body) implements Answer {}

    /** The call failed: {@code {"error":{…}}}. */
    record Failed(ErrorAnswer error) implements Answer {}
}
