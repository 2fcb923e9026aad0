package footplate.core.balance;

/**
 * {@link Balance.IpHash} as in nginx ({@code ngx_http_upstream_ip_hash_module.c}), with its own hash, so that each client is sent
 * where nginx sent it: where that server takes no request, hashed on, 20 times, and after that whose turn it is.
 */
final class ByAddress implements Policy {
    private static final int TRIES = 20;
    private static final byte[] NO_ADDRESS = new byte[3];

    private final Shares shares;
    private final Policy otherwise = new InTurns();

    ByAddress(Shares shares) {
        this.shares = shares;
    }

    @Override
    public int claim(Standing standing, Asked asked, long chance, Tried tried, long nowNanos) {
        if (shares.loads.length > 1) {
            var address = asked.address();
            if (address.length != 4 && address.length != 16) {
                address = NO_ADDRESS;
            }
            int length = address.length == 16 ? 16 : 3;
            int hash = 89;
            for (int tries = 0; tries <= TRIES; tries++) {
                for (int i = 0; i < length; i++) {
                    hash = (hash * 113 + (address[i] & 0xff)) % 6271;
                }
                int index = shares.at(hash % shares.total());
                if (shares.claim(index, standing.regard, tried)) {
                    return shares.places[index];
                }
            }
        }
        return otherwise.claim(standing, asked, chance, tried, nowNanos);
    }
}
