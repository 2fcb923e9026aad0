package footplate.core.config.form;

/**
 * Why a text is no value of its key.
 *
 * @param what a clause that follows the text in quotes, as "is no port"
 * @param mend a whole sentence
 */
public record Wrong(String what, String mend) {}
