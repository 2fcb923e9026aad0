package footplate.core.balance;

/** What a method may want to know of the request. Asked for only by those that go by it. */
public interface Asked {
    /** The client's address, 4 or 16 bytes; empty if it came by a Unix socket. */
    byte[] address();

    /** What the key of {@link Balance.Hash} is for this request; empty if its variables are. */
    byte[] key();

    /** A request of which nothing is known. */
    Asked NOTHING = new Asked() {
        private static final byte[] NONE = new byte[0];

        @Override
        public byte[] address() {
            return NONE;
        }

        @Override
        public byte[] key() {
            return NONE;
        }
    };
}
