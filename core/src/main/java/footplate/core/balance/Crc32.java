package footplate.core.balance;

/** The cyclic redundancy check of zlib and nginx (polynomial edb88320, reflected), of parts one after the other. */
final class Crc32 {
    /** What a sum begins with. */
    static final int START = -1;

    private static final int[] TABLE = new int[4 * 256];

    static {
        for (int i = 0; i < 256; i++) {
            int rest = i;
            for (int bit = 0; bit < 8; bit++) {
                rest = (rest & 1) == 0 ? rest >>> 1 : rest >>> 1 ^ 0xedb88320;
            }
            TABLE[i] = rest;
        }
        for (int i = 256; i < TABLE.length; i++) {
            int before = TABLE[i - 256];
            TABLE[i] = TABLE[before & 0xff] ^ before >>> 8;
        }
    }

    private Crc32() {}

    /** The sum with more bytes. */
    static int add(int sum, byte[] bytes) {
        int i = 0;
        // Four bytes at a time ("slicing by four"): a byte at a time has each step wait for the last.
        for (; i + 4 <= bytes.length; i += 4) {
            sum ^= (bytes[i] & 0xff)
                    | ((bytes[i + 1] & 0xff) << 8)
                    | ((bytes[i + 2] & 0xff) << 16)
                    | (bytes[i + 3] << 24);
            sum = TABLE[768 + (sum & 0xff)]
                    ^ TABLE[512 + (sum >>> 8 & 0xff)]
                    ^ TABLE[256 + (sum >>> 16 & 0xff)]
                    ^ TABLE[sum >>> 24];
        }
        for (; i < bytes.length; i++) {
            sum = add(sum, bytes[i]);
        }
        return sum;
    }

    /** The sum with one more byte. */
    static int add(int sum, int octet) {
        return TABLE[(sum ^ octet) & 0xff] ^ sum >>> 8;
    }

    /** What comes out. */
    static int end(int sum) {
        return ~sum;
    }

    /** The check of these bytes. */
    static int of(byte[] bytes) {
        return end(add(START, bytes));
    }
}
