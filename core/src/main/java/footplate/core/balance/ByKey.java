package footplate.core.balance;

/**
 * {@link Balance.Hash} as in nginx ({@code ngx_http_upstream_hash_module.c}) and Cache::Memcached: bits 16 to 30 of the key's
 * CRC-32, modulo the sum of the weights. Where that server takes no request, the number of tries is put before the key and the
 * result added, 20 times; after that, and without a key, whose turn it is.
 */
final class ByKey implements Policy {
    private static final int TRIES = 20;

    private final Shares shares;
    private final Policy otherwise = new InTurns();

    ByKey(Shares shares) {
        this.shares = shares;
    }

    @Override
    public int claim(Standing standing, Asked asked, long chance, Tried tried, long nowNanos) {
        var key = asked.key();
        if (shares.loads.length > 1 && key.length > 0) {
            int hash = 0;
            for (int tries = 0; tries <= TRIES; tries++) {
                int sum = Crc32.START;
                if (tries >= 10) {
                    sum = Crc32.add(sum, '0' + tries / 10);
                }
                if (tries > 0) {
                    sum = Crc32.add(sum, '0' + tries % 10);
                }
                hash += Crc32.end(Crc32.add(sum, key)) >>> 16 & 0x7fff;
                int index = shares.at(hash % shares.total());
                if (shares.claim(index, standing.regard, tried)) {
                    return shares.places[index];
                }
            }
        }
        return otherwise.claim(standing, asked, chance, tried, nowNanos);
    }
}
