package footplate.core.name;

/**
 * What an operator calls an app: 1 to 63 letters, digits, dots, underscores or dashes, starting with a letter or digit.
 * A name of digits only is refused, because targets on the command line are names or instance numbers.
 */
public record AppName(String value) implements Comparable<AppName> {
    public AppName {
        var wrong = problemWith(value);
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("app name '%s': %s".formatted(value, wrong));
        }
    }

    /** What is wrong with {@code value} as an app name, in words; empty if nothing is. */
    public static String problemWith(String value) {
        if (value.isEmpty() || value.length() > 63) {
            return "a name has 1 to 63 characters";
        }
        boolean digitsOnly = true;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean digit = c >= '0' && c <= '9';
            if (!letter && !digit && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
                return "a name holds letters, digits, '.', '_' and '-', and starts with a letter or digit";
            }
            digitsOnly &= digit;
        }
        if (digitsOnly) {
            return "a name of digits only would be taken for an instance number";
        }
        return value.equals("all") ? "'all' means every app" : "";
    }

    @Override
    public int compareTo(AppName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
