package footplate.core.config;

/**
 * One mistake an operator made, told so that it can be mended.
 *
 * @param where the flag, file or folder that is wrong
 * @param what what is wrong with it
 * @param mend what to write or do instead; a whole sentence
 */
public record Problem(String where, String what, String mend) {
    @Override
    public String toString() {
        return where + ": " + what + "\n    " + mend;
    }
}
