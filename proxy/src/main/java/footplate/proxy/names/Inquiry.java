package footplate.proxy.names;

import footplate.core.discover.Answer;
import footplate.core.discover.Gathered;
import footplate.core.discover.Question;
import footplate.core.discover.Reading;
import footplate.core.discover.Reply;
import footplate.core.name.HostName;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One question with all that has to be asked for it: A and AAAA at once, or SRV and then the addresses. On the loop of names. */
final class Inquiry {
    /** More targets of one service are not asked for. */
    private static final int MOST_TARGETS = 64;

    private final DnsClient client;
    private final ServerList servers;

    private Inquiry(DnsClient client, ServerList servers) {
        this.client = client;
        this.servers = servers;
    }

    /** @param done called once, perhaps before this returns */
    static void begin(DnsClient client, ServerList servers, Question.Sought sought, Consumer<Answer> done) {
        if (servers.all().isEmpty()) {
            done.accept(new Answer.Silence("no name server has a numeric address"));
            return;
        }
        var inquiry = new Inquiry(client, servers);
        switch (sought) {
            case Question.Host(var name, var port) ->
                inquiry.host(name.value(), port, answer -> done.accept(Routable.of(answer)));
            case Question.Service service -> inquiry.service(service.describe(), done);
        }
    }

    private void host(String name, int port, Consumer<Answer> done) {
        new Both(port, done).begin(name);
    }

    /** The two families of a host's addresses. */
    private final class Both {
        private final int port;
        private final Consumer<Answer> done;
        private @Nullable Reading four;
        private @Nullable Reading six;

        Both(int port, Consumer<Answer> done) {
            this.port = port;
            this.done = done;
        }

        void begin(String name) {
            Asking.begin(client, servers, DnsClient.Kind.A, name, reading -> {
                four = reading;
                look();
            });
            Asking.begin(client, servers, DnsClient.Kind.AAAA, name, reading -> {
                six = reading;
                look();
            });
        }

        private void look() {
            if (four != null && six != null) {
                done.accept(Gathered.ofHost(four, six, port));
            }
        }
    }

    private void service(String name, Consumer<Answer> done) {
        Asking.begin(client, servers, DnsClient.Kind.SRV, name, reading -> {
            switch (reading) {
                case Reading.Records(var records, var ttl) -> targets(records, ttl, done);
                case Reading.Absent(var exists, var ttl) ->
                    done.accept(new Answer.Nobody(exists, java.time.Duration.ofSeconds(ttl)));
                case Reading.Unknown(var why) -> done.accept(new Answer.Silence(why));
                case Reading.Elsewhere _ -> throw new IllegalStateException("an alias was not followed");
            }
        });
    }

    private void targets(List<Reply.Entry> records, long ttl, Consumer<Answer> done) {
        Set<String> names = new LinkedHashSet<>();
        for (var entry : records) {
            if (entry instanceof Reply.Server server && isName(server.target()) && names.size() < MOST_TARGETS) {
                names.add(server.target());
            }
        }
        Map<String, Answer> hosts = new HashMap<>();
        if (names.isEmpty()) {
            done.accept(Gathered.ofService(records, ttl, hosts));
            return;
        }
        for (var name : names) {
            // Which port it is, each record says for itself.
            host(name, 1, answer -> {
                hosts.put(name, answer);
                if (hosts.size() == names.size()) {
                    done.accept(Routable.of(Gathered.ofService(records, ttl, hosts)));
                }
            });
        }
    }

    private static boolean isName(String text) {
        try {
            return !new HostName(text).value().isEmpty();
        } catch (IllegalArgumentException none) {
            return false;
        }
    }
}
