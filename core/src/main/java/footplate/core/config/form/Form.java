package footplate.core.config.form;

import footplate.core.config.Setting;
import java.util.List;

/** What may stand as a key's value. */
public sealed interface Form {
    /** {@code 30s}; bounds in milliseconds. 0 needs no unit. */
    record Time(long least, long most) implements Form {}

    /** {@code 8MB}; bounds in bytes. 0 needs no unit. */
    record Size(long least, long most) implements Form {}

    /** A whole number. */
    record Count(long least, long most) implements Form {}

    /** A percentage, {@code 0%} to {@code 100%}. */
    record Share() implements Form {}

    /** One of these words. */
    record Choice(List<String> words) implements Form {
        public Choice {
            words = List.copyOf(words);
        }
    }

    /** {@code true} or {@code false}; {@code on} and {@code off} mean the same. */
    record Switch() implements Form {}

    record Text(Syntax syntax) implements Form {}

    /** A text that no message and no listing shows; {@code !file path} takes it from a file. */
    record Hidden() implements Form {}

    /** As on the command line, but never without its unit. */
    record OfSetting(Setting setting) implements Form {}

    /** A list.
     *
     * @param alone whether a single one may stand without brackets
     */
    record Many(Form each, boolean alone) implements Form {}

    /** Entries under names that the operator chooses.
     *
     * @param what what the names are of, as {@code upstream}
     */
    record Named(String what, Syntax name, Form each) implements Form {}

    /** Settings of its own. */
    record Block(Section section) implements Form {}

    /** A text for the usual case, or the settings in full. */
    record Either(Form brief, Form full) implements Form {}
}
