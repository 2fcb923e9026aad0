package footplate.proxy.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.http.HeadBytes;

/** Makes clients' bytes harmless in a log: no byte of theirs ends a line or a quoted value, or reaches a terminal raw. */
final class Escape {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(US_ASCII);
    private static final byte[] LOWER_HEX = "0123456789abcdef".getBytes(US_ASCII);
    private static final byte[] UNICODE = "\\u00".getBytes(US_ASCII);
    private static final byte[] UNKNOWN = "\\ufffd".getBytes(US_ASCII);

    private Escape() {}

    /** As nginx does (escape=default): quotes, backslashes, controls and all that is not ASCII become {@code \xHH}. */
    static void plain(byte[] bytes, int from, int to, HeadBytes out) {
        int run = from;
        for (int i = from; i < to; i++) {
            byte octet = bytes[i];
            if (octet < ' ' || octet == 0x7f || octet == '"' || octet == '\\') {
                out.add(bytes, run, i);
                run = i + 1;
                out.add((byte) '\\').add((byte) 'x').add(HEX[(octet >> 4) & 15]).add(HEX[octet & 15]);
            }
        }
        out.add(bytes, run, to);
    }

    /** As the inside of a JSON string (RFC 8259 §7); what is not UTF-8 becomes U+FFFD, byte by byte. */
    static void json(byte[] bytes, int from, int to, HeadBytes out) {
        int run = from;
        int i = from;
        while (i < to) {
            byte octet = bytes[i];
            if (octet >= ' ' && octet != 0x7f && octet != '"' && octet != '\\') {
                i++;
                continue;
            }
            int length = octet < 0 ? sequence(bytes, i, to) : 0;
            if (length > 0) {
                i += length;
                continue;
            }
            out.add(bytes, run, i);
            run = ++i;
            if (octet < 0) {
                out.add(UNKNOWN);
            } else if (octet == '"' || octet == '\\') {
                out.add((byte) '\\').add(octet);
            } else {
                out.add(UNICODE).add(LOWER_HEX[octet >> 4]).add(LOWER_HEX[octet & 15]);
            }
        }
        out.add(bytes, run, to);
    }

    /** How many bytes the UTF-8 sequence has that begins here (RFC 3629 §4: none too long, no surrogates); 0 if it is none. */
    private static int sequence(byte[] bytes, int at, int to) {
        int first = bytes[at] & 0xff;
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || at + length > to) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int second = bytes[at + 1] & 0xff;
        boolean right = switch (first) {
            case 0xe0 -> second >= 0xa0;
            case 0xed -> second < 0xa0;
            case 0xf0 -> second >= 0x90;
            case 0xf4 -> second < 0x90;
            default -> true;
        };
        // C1 controls, which some terminals obey, are no text either.
        return right && !(first == 0xc2 && second < 0xa0) ? length : 0;
    }
}
