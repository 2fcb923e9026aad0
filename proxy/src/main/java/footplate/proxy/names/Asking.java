package footplate.proxy.names;

import footplate.core.discover.Reading;
import footplate.core.discover.Reply;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** One name and one kind of record, asked of one name server after the other until one can tell. On the loop of names. */
final class Asking implements DnsClient.Asker {
    /** Each server is asked so often before it is given up: datagrams get lost. */
    private static final int ROUNDS = 2;

    private static final int MOST_TRIES = 6;

    private final DnsClient client;
    private final ServerList servers;
    private final DnsClient.Kind kind;
    private final Consumer<Reading> done;
    private String name;
    private int aliases;
    private int tries;
    private int at;
    private long shortest = Long.MAX_VALUE;
    private String last = "there is none to ask";

    private Asking(DnsClient client, ServerList servers, DnsClient.Kind kind, String name, Consumer<Reading> done) {
        this.client = client;
        this.servers = servers;
        this.kind = kind;
        this.name = name;
        this.done = done;
        this.at = servers.preferred();
    }

    /** @param done called once, perhaps before this returns */
    static void begin(DnsClient client, ServerList servers, DnsClient.Kind kind, String name, Consumer<Reading> done) {
        new Asking(client, servers, kind, name, done).next();
    }

    private InetSocketAddress server() {
        return servers.all().get(at);
    }

    private void next() {
        int all = servers.all().size();
        if (tries >= Math.min(MOST_TRIES, ROUNDS * all)) {
            done.accept(new Reading.Unknown(last));
            return;
        }
        client.ask(server(), kind, name, this);
    }

    @Override
    public void replied(Reply reply) {
        switch (Reading.of(reply, name, kind.entries())) {
            case Reading.Unknown(var why) -> unanswered(why);
            case Reading.Elsewhere(var alias, var ttl) -> {
                shortest = Math.min(shortest, ttl);
                if (++aliases > Reading.MOST_ALIASES) {
                    done.accept(new Reading.Unknown("a chain of more than " + Reading.MOST_ALIASES + " aliases"));
                    return;
                }
                name = alias;
                next();
            }
            case Reading.Records(var records, var ttl) -> {
                servers.prefer(at);
                done.accept(new Reading.Records(records, Math.min(shortest, ttl)));
            }
            case Reading.Absent(var exists, var ttl) -> {
                servers.prefer(at);
                done.accept(new Reading.Absent(exists || aliases > 0, Math.min(shortest, ttl)));
            }
        }
    }

    @Override
    public void unanswered(String why) {
        var server = server();
        last = server.getAddress().getHostAddress() + ":" + server.getPort() + ": " + why;
        tries++;
        at = (at + 1) % servers.all().size();
        next();
    }
}
