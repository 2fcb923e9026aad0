package footplate.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** What the Connection fields of one head say (RFC 9110 §7.6.1); the lines they name are dropped. */
final class ConnectionField {
    /** Most names of lines in one head: each is looked for among all lines, which must not become a way to keep us busy. */
    private static final int MOST_NAMES = 64;

    private static final byte[] CLOSE = "close".getBytes(US_ASCII);
    private static final byte[] KEEP_ALIVE = "keep-alive".getBytes(US_ASCII);
    private static final byte[] UPGRADE = "upgrade".getBytes(US_ASCII);

    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;
    private int names;

    void clear() {
        names = 0;
        close = false;
        keepAlive = false;
        upgrade = false;
    }

    /**
     * Reads one Connection line, and drops the lines that it names.
     *
     * @return whether the head names no more lines than it may
     */
    boolean read(byte[] bytes, FieldLines lines, int line) {
        int end = lines.valueEnd(line);
        int i = lines.valueStart(line);
        while (i < end) {
            while (i < end && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == ',')) {
                i++;
            }
            int from = i;
            while (i < end && bytes[i] != ',' && bytes[i] != ' ' && bytes[i] != '\t') {
                i++;
            }
            if (i > from) {
                option(bytes, lines, from, i);
            }
        }
        return names <= MOST_NAMES;
    }

    private void option(byte[] bytes, FieldLines lines, int from, int to) {
        if (Octets.same(bytes, from, to, CLOSE)) {
            close = true;
        } else if (Octets.same(bytes, from, to, KEEP_ALIVE)) {
            keepAlive = true;
        } else if (Octets.same(bytes, from, to, UPGRADE)) {
            upgrade = true;
        } else if (++names <= MOST_NAMES) {
            for (int line = 0; line < lines.count(); line++) {
                if (Octets.same(bytes, from, to, lines.start(line), lines.nameEnd(line))
                        && mayBeNamed(lines.field(line))) {
                    lines.drop(line);
                }
            }
        }
    }

    /**
     * Framing and the host are nobody's to take away: without them the next hop would read another message. What somebody
     * waits for (Expect), counts (Max-Forwards) or must be there (Date) stays as well.
     */
    private static boolean mayBeNamed(Field field) {
        return switch (field) {
            case CONTENT_LENGTH, DATE, EXPECT, HOST, MAX_FORWARDS, TRANSFER_ENCODING -> false;
            default -> true;
        };
    }

    boolean close() {
        return close;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    boolean upgrade() {
        return upgrade;
    }
}
