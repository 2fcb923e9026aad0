package footplate.api.json;

/**
 * Says that a text is not the JSON that was expected, and names the place.
 *
 * <p>Checked, because whoever reads from a socket has to answer it.
 */
public final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final String where;

    /**
     * @param where path of the field from the top, such as {@code body.env.PORT}; {@code line} for the whole text
     * @param what what is wrong there
     */
    public Malformed(String where, String what) {
        super(what, null, false, false);
        this.where = where;
    }

    /** Path of the field, such as {@code body.min}. */
    public String where() {
        return where;
    }

    /** What is wrong there, as a sentence without a full stop. */
    public String what() {
        return String.valueOf(super.getMessage());
    }

    @Override
    public String getMessage() {
        return where + ": " + what();
    }
}
