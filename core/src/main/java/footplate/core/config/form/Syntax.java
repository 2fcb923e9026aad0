package footplate.core.config.form;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a text of some kind is written. */
public final class Syntax {
    /** Any text of one line or more. */
    public static final Syntax ANY = new Syntax("text", "some text", false, _ -> null);

    private final String kind;
    private final String example;
    private final boolean template;
    private final Function<String, @Nullable Wrong> check;

    private Syntax(String kind, String example, boolean template, Function<String, @Nullable Wrong> check) {
        this.kind = kind;
        this.example = example;
        this.template = template;
        this.check = check;
    }

    /**
     * A kind of text.
     *
     * @param kind what reference pages call it, as {@code address}
     * @param check finds what is wrong; null if nothing is
     */
    public static Syntax of(String kind, String example, Function<String, @Nullable Wrong> check) {
        return new Syntax(kind, example, false, check);
    }

    /** One in which {@code ${…}} stands for a part of the request, and for no variable of the environment. */
    public static Syntax template(String kind, String example, Function<String, @Nullable Wrong> check) {
        return new Syntax(kind, example, true, check);
    }

    public String kind() {
        return kind;
    }

    public String example() {
        return example;
    }

    public boolean isTemplate() {
        return template;
    }

    /** What is wrong with {@code text}; null if nothing is. */
    public @Nullable Wrong problem(String text) {
        return check.apply(text);
    }
}
