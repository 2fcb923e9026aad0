package footplate.daemon.runtime;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Whom a process speaks for on the {@link AppChannel}: 128 random bits that only its own process tree is told, so that no app can
 * speak for another.
 *
 * @param reveal 32 hexadecimal digits; it prints as {@code ***}
 */
public record RunToken(String reveal) {
    private static final SecureRandom CHANCE = new SecureRandom();

    public RunToken {
        if (reveal.length() != 32 || !reveal.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            throw new IllegalArgumentException("a run token has 32 hexadecimal digits");
        }
    }

    /** A new one. */
    public static RunToken fresh() {
        var bytes = new byte[16];
        CHANCE.nextBytes(bytes);
        return new RunToken(HexFormat.of().formatHex(bytes));
    }

    @Override
    public String toString() {
        return "***";
    }
}
