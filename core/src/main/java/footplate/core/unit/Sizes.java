package footplate.core.unit;

import java.util.Locale;
import java.util.OptionalLong;

/** Sizes as people write them: {@code 64KB}, {@code 8MB}, {@code 1GB}, in powers of 1,024; a bare number is bytes. */
public final class Sizes {
    private Sizes() {}

    /**
     * Reads a size.
     *
     * @return its bytes; empty if {@code text} is no size from 0 up to 1,024 TB
     */
    public static OptionalLong parseBytes(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 15) {
            return OptionalLong.empty();
        }
        int shift = switch (text.substring(digits).toUpperCase(Locale.ROOT)) {
            case "", "B" -> 0;
            case "K", "KB" -> 10;
            case "M", "MB" -> 20;
            case "G", "GB" -> 30;
            case "T", "TB" -> 40;
            default -> -1;
        };
        long number = Long.parseLong(text.substring(0, digits));
        if (shift < 0 || number > (1L << 50) >> shift) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(number << shift);
    }

    /** A size in the largest unit that divides it, as {@code 64KB}. */
    public static String print(long bytes) {
        if (bytes == 0) {
            return "0";
        }
        String[] units = {"B", "KB", "MB", "GB", "TB"};
        int unit = 0;
        long number = bytes;
        while (unit < 4 && number % 1_024 == 0) {
            number /= 1_024;
            unit++;
        }
        return number + units[unit];
    }
}
