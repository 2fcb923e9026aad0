package footplate.core.config.form;

/**
 * One setting of a configuration file, declared once: reading, messages, reference page and JSON Schema are made from this.
 *
 * @param name with underscores, as it is written; with dashes it is understood too
 * @param standard the value it has where it is not written; empty if there is none
 * @param meaning what it means, in one line, with the name it has elsewhere
 */
public record Key(String name, Form form, String standard, String meaning) {
    public Key {
        if (!name.matches("[a-z][a-z0-9_]*")) {
            throw new IllegalArgumentException("key '" + name + "': write lower case and underscores");
        }
    }

    /** One without a default. */
    public static Key of(String name, Form form, String meaning) {
        return new Key(name, form, "", meaning);
    }

    /** Its name as its user may have written it. */
    static String canonical(String written) {
        return written.replace('-', '_');
    }
}
