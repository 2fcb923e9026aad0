package footplate.core.name;

import java.util.Locale;

/** A DNS host name that requests are routed by, in lower case and without a trailing dot (RFC 1123 §2.1). */
public record HostName(String value) implements Comparable<HostName> {
    public HostName {
        value = value.toLowerCase(Locale.ROOT);
        if (value.endsWith(".")) {
            value = value.substring(0, value.length() - 1);
        }
        if (!isLegal(value)) {
            throw new IllegalArgumentException(
                    "host name '%s': write labels of letters, digits and '-', joined by dots".formatted(value));
        }
    }

    private static boolean isLegal(String value) {
        if (value.isEmpty() || value.length() > 253) {
            return false;
        }
        int label = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '.') {
                if (label == 0 || value.charAt(i - 1) == '-') {
                    return false;
                }
                label = 0;
                continue;
            }
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
            if ((!alphanumeric && (c != '-' || label == 0)) || ++label > 63) {
                return false;
            }
        }
        return label > 0 && value.charAt(value.length() - 1) != '-';
    }

    @Override
    public int compareTo(HostName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
