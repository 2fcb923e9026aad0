package footplate.core.proxyprotocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.config.routes.Network;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a connection that a proxy passes on: HAProxy's {@code doc/proxy-protocol.txt}, sections 2.1 (version 1, a line of
 * text) and 2.2 (version 2, binary). What stands behind the addresses (TLV) is skipped.
 */
public final class ProxyHeader {
    /** Most bytes of a header that are taken; HAProxy takes as many. */
    public static final int LONGEST = 16 * 1024;

    /** Most bytes of a line of version 1, its end included. */
    private static final int LONGEST_LINE = 107;

    private static final byte[] WORD = "PROXY ".getBytes(US_ASCII);
    private static final byte[] SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

    /** Bytes of version 2 before the addresses. */
    private static final int FIXED = 16;

    private ProxyHeader() {}

    /** What was read. */
    public sealed interface Read {}

    /**
     * The header is there.
     *
     * @param length its bytes; what follows is the client's
     * @param ends null: those of the connection itself count (LOCAL, UNKNOWN, a Unix socket)
     */
    public record Complete(int length, @Nullable Ends ends) implements Read {}

    /** It is not there in full; there is no need to look again before so many bytes are. */
    public record Incomplete(int wanted) implements Read {}

    /** It is none. */
    public record Malformed(String why) implements Read {}

    /**
     * Reads a header.
     *
     * @param bytes what came first
     * @param length how many of them there are
     */
    public static Read read(byte[] bytes, int length) {
        if (begins(bytes, length, WORD)) {
            return length < WORD.length ? new Incomplete(WORD.length) : line(bytes, length);
        }
        if (begins(bytes, length, SIGNATURE)) {
            return length < FIXED ? new Incomplete(FIXED) : binary(bytes, length);
        }
        return new Malformed("the connection does not begin with a PROXY header");
    }

    private static boolean begins(byte[] bytes, int length, byte[] with) {
        for (int i = 0; i < Math.min(length, with.length); i++) {
            if (bytes[i] != with[i]) {
                return false;
            }
        }
        return true;
    }

    private static Read line(byte[] bytes, int length) {
        int most = Math.min(length, LONGEST_LINE);
        for (int i = WORD.length; i < most; i++) {
            if (bytes[i] == '\n') {
                return bytes[i - 1] == '\r'
                        ? words(new String(bytes, 0, i - 1, US_ASCII), i + 1)
                        : new Malformed("the PROXY line ends without a CR");
            }
        }
        return length >= LONGEST_LINE
                ? new Malformed("the PROXY line is longer than " + LONGEST_LINE + " bytes")
                : new Incomplete(length + 1);
    }

    private static Read words(String line, int length) {
        var words = line.split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            return new Complete(length, null);
        }
        int bytes = words[1].equals("TCP4") ? 4 : words[1].equals("TCP6") ? 16 : 0;
        if (bytes == 0 || words.length != 6) {
            return new Malformed("the PROXY line is not 'PROXY TCP4 from to port port'");
        }
        var client = address(words[2], bytes);
        var server = address(words[3], bytes);
        int clientPort = port(words[4]);
        int serverPort = port(words[5]);
        return client == null || server == null || clientPort < 0 || serverPort < 0
                ? new Malformed("an address or a port in the PROXY line is none")
                : new Complete(length, new Ends(client, clientPort, server, serverPort));
    }

    private static byte @Nullable [] address(String text, int length) {
        int mapped = length == 16 && text.startsWith("::ffff:") && text.indexOf('.') > 0 ? 7 : 0;
        var network = text.indexOf('/') < 0 ? Network.parse(text.substring(mapped)) : null;
        if (network == null || network.bytes().size() != (mapped > 0 ? 4 : length)) {
            return null;
        }
        return bytes(network.bytes(), length);
    }

    /** With what makes an IPv4 address one of IPv6 before it, where that is wanted (RFC 4291 §2.5.5.2). */
    private static byte[] bytes(List<Integer> address, int length) {
        var bytes = new byte[length];
        int from = length - address.size();
        for (int i = 0; i < address.size(); i++) {
            bytes[from + i] = (byte) (int) address.get(i);
        }
        if (from > 0) {
            bytes[from - 1] = (byte) 0xFF;
            bytes[from - 2] = (byte) 0xFF;
        }
        return bytes;
    }

    private static int port(String text) {
        if (!text.matches("0|[1-9][0-9]{0,4}")) {
            return -1;
        }
        int port = Integer.parseInt(text);
        return port <= 65_535 ? port : -1;
    }

    private static Read binary(byte[] bytes, int length) {
        int version = (bytes[12] & 0xFF) >> 4;
        int command = bytes[12] & 0x0F;
        int family = (bytes[13] & 0xFF) >> 4;
        int transport = bytes[13] & 0x0F;
        int rest = number(bytes, 14);
        if (version != 2 || command > 1 || family > 3 || transport > 2) {
            return new Malformed("the PROXY header's version, command or family is unknown");
        }
        int whole = FIXED + rest;
        if (whole > LONGEST) {
            return new Malformed("the PROXY header is longer than " + LONGEST + " bytes");
        }
        int size = family == 1 ? 4 : family == 2 ? 16 : 0;
        boolean named = command == 1 && size > 0 && transport == 1;
        if (named && rest < 2 * size + 4) {
            return new Malformed("the PROXY header is too short for its addresses");
        }
        if (length < whole) {
            return new Incomplete(whole);
        }
        if (!named) {
            return new Complete(whole, null);
        }
        var client = java.util.Arrays.copyOfRange(bytes, FIXED, FIXED + size);
        var server = java.util.Arrays.copyOfRange(bytes, FIXED + size, FIXED + 2 * size);
        int ports = FIXED + 2 * size;
        return new Complete(whole, new Ends(client, number(bytes, ports), server, number(bytes, ports + 2)));
    }

    private static int number(byte[] bytes, int at) {
        return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
    }

    /**
     * A header to write ahead of a client's bytes.
     *
     * @param version 1 or 2
     * @param ends null: they are not IP addresses
     */
    public static byte[] write(int version, @Nullable Ends ends) {
        return switch (version) {
            case 1 -> line(ends).getBytes(US_ASCII);
            case 2 -> binary(ends);
            default -> throw new IllegalArgumentException("PROXY protocol has no version " + version);
        };
    }

    private static String line(@Nullable Ends ends) {
        return ends == null
                ? "PROXY UNKNOWN\r\n"
                : "PROXY " + (ends.isSix() ? "TCP6 " : "TCP4 ") + text(ends.client()) + " " + text(ends.server()) + " "
                        + ends.clientPort() + " " + ends.serverPort() + "\r\n";
    }

    private static byte[] binary(@Nullable Ends ends) {
        var out = new ByteArrayOutputStream(FIXED + 36);
        out.writeBytes(SIGNATURE);
        // Version 2, PROXY.
        out.write(0x21);
        out.write(ends == null ? 0x00 : ends.isSix() ? 0x21 : 0x11);
        int rest = ends == null ? 0 : 2 * ends.client().length + 4;
        out.write(rest >> 8);
        out.write(rest);
        if (ends != null) {
            out.writeBytes(ends.client());
            out.writeBytes(ends.server());
            out.write(ends.clientPort() >> 8);
            out.write(ends.clientPort());
            out.write(ends.serverPort() >> 8);
            out.write(ends.serverPort());
        }
        return out.toByteArray();
    }

    /** {@code 10.0.0.1}, or eight groups of IPv6, none left out. */
    static String text(byte[] address) {
        var text = new StringBuilder();
        if (address.length == 4) {
            for (byte octet : address) {
                text.append(text.isEmpty() ? "" : ".").append(octet & 0xFF);
            }
        } else {
            for (int i = 0; i < address.length; i += 2) {
                text.append(i == 0 ? "" : ":").append(Integer.toHexString(number(address, i)));
            }
        }
        return text.toString();
    }
}
