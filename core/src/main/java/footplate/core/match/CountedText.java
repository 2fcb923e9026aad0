package footplate.core.match;

import java.nio.charset.StandardCharsets;

/**
 * Octets as an expression reads them, one character each. Java's expressions know no bound on their time: so every character
 * they read is counted, and at the bound they end.
 */
final class CountedText implements CharSequence {
    /** Thrown out of an expression: there is no other way to end one. */
    @SuppressWarnings("serial")
    static final class Exhausted extends RuntimeException {
        private Exhausted() {
            super("an expression has read too many characters", null, false, false);
        }
    }

    /** Characters that may still be read; shared by all texts of one search. */
    static final class Allowance {
        private int left;

        void renew(int characters) {
            left = characters;
        }
    }

    private final Allowance allowance;
    private byte[] bytes = new byte[0];
    private int from;
    private int to;

    CountedText(Allowance allowance) {
        this.allowance = allowance;
    }

    CountedText over(byte[] octets, int start, int end) {
        bytes = octets;
        from = start;
        to = end;
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    /** Whether it ends with {@code octets}, case aside; or with a line feed, before which {@code $} finds an end too. */
    boolean endsWith(byte[] octets) {
        int start = to - octets.length;
        if (octets.length == 0 || (to > from && bytes[to - 1] == '\n')) {
            return true;
        }
        if (start < from) {
            return false;
        }
        for (int i = 0; i < octets.length; i++) {
            byte octet = bytes[start + i];
            if ((octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet) != octets[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int length() {
        return to - from;
    }

    @Override
    public char charAt(int index) {
        if (--allowance.left < 0) {
            throw new Exhausted();
        }
        return (char) (bytes[from + index] & 0xFF);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new String(bytes, from + start, end - start, StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
