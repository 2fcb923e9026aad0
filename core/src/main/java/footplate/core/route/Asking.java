package footplate.core.route;

import footplate.core.balance.Asked;
import footplate.core.balance.Tried;
import org.jspecify.annotations.Nullable;

/** What the choice of a server goes by, of the request that asks for one. */
public interface Asking extends Asked {
    /** Where it has failed already. */
    Tried tried();

    /** The value of its cookie that names a server ({@link Balancing#cookie}); null if it has none. */
    @Nullable
    String named();

    /** 64 random bits. */
    long chance();

    /** A request of which nothing is known, for apps that are asked in Passenger's order. */
    Asking NOTHING = new Asking() {
        @Override
        public Tried tried() {
            return Tried.NONE;
        }

        @Override
        public @Nullable String named() {
            return null;
        }

        @Override
        public long chance() {
            return 0;
        }

        @Override
        public byte[] address() {
            return Asked.NOTHING.address();
        }

        @Override
        public byte[] key() {
            return Asked.NOTHING.key();
        }
    };
}
