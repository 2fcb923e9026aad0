package footplate.daemon;

import footplate.api.v1.RequestInfo;
import footplate.api.v1.RequestState;
import footplate.api.v1.ServerCounts;
import footplate.core.config.Entry.Binding;
import footplate.core.config.Settings;
import footplate.core.config.file.Stream.Protocol;
import footplate.core.discover.Found;
import footplate.core.discover.Question;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.route.LiveTable;
import footplate.core.route.StreamBinding;
import footplate.core.route.Target;
import footplate.daemon.config.Refused;
import footplate.daemon.keep.Listeners;
import footplate.daemon.os.ListeningSockets;
import footplate.daemon.os.Scheduling;
import footplate.daemon.os.ServiceManager;
import footplate.proxy.Proxy;
import footplate.proxy.flow.ProxySettings;
import footplate.proxy.flow.RequestUnderWay;
import footplate.proxy.listen.ListenFailure;
import footplate.proxy.listen.ListenTerms;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The proxy as the daemon sees it. */
final class ProxyDataPlane implements DataPlane {
    /** A quiet machine needs a tenth of it. */
    private static final Duration WARM_UP = Duration.ofMillis(500);

    private final Proxy proxy;
    private final LiveTable table;
    private final ListeningSockets inherited;
    private final ServiceManager services;
    private volatile Set<Binding> announced = Set.of();

    private ProxyDataPlane(Proxy proxy, LiveTable table, ListeningSockets inherited, ServiceManager services) {
        this.proxy = proxy;
        this.table = table;
        this.inherited = inherited;
        this.services = services;
    }

    static ProxyDataPlane start(Start start, LiveTable table) {
        var scheduling = new Scheduling();
        var settings = new ProxySettings(
                start.settings(), start.temporary(), start.mistakes(), start.accessLogs(), scheduling::batch);
        var proxy = Proxy.start(settings, table, start.inherited().count() > 0);
        var _ = proxy.warmUp(start.temporary(), WARM_UP);
        return new ProxyDataPlane(proxy, table, start.inherited(), start.services());
    }

    @Override
    public void announced(Set<Binding> bindings, boolean all) {
        announced = Set.copyOf(bindings);
        if (all) {
            for (var bound : proxy.listening()) {
                proxy.terms(bound.asked(), new ListenTerms(bindings.contains(bound.asked())));
            }
        }
    }

    @Override
    public AutoCloseable watch(Question question, Consumer<List<Found>> changed, Consumer<String> tell) {
        return proxy.names().watch(question, changed, tell);
    }

    @Override
    public String note() {
        return proxy.transport().note();
    }

    /** The port of an address that it listens on: another than asked for where that was 0. */
    int port(Binding binding) {
        return proxy.listening().stream()
                .filter(bound -> bound.asked().equals(binding))
                .findFirst()
                .orElseThrow()
                .port();
    }

    @Override
    public void listen(Binding binding) throws Refused {
        try {
            int descriptor = inherited.take(binding.address(), binding.port());
            var terms = new ListenTerms(announced.contains(binding));
            if (descriptor < 0) {
                proxy.listen(binding, terms);
            } else {
                proxy.listen(binding, descriptor, terms);
            }
            services.hold(name(binding), proxy.descriptors().getOrDefault(binding, -1));
        } catch (ListenFailure failure) {
            throw refused(binding, failure);
        }
    }

    /** Letters, digits, dots and dashes: sd_listen_fds(3) forbids colons. */
    private static String name(Binding binding) {
        return "http-" + binding.address().replace(':', '.') + "-" + binding.port();
    }

    private static Refused refused(Binding binding, ListenFailure failure) {
        var where = "address " + binding;
        return switch (failure.reason()) {
            case PORT_IN_USE ->
                new Refused(
                        where,
                        "another program listens on port " + binding.port() + " already",
                        "End that program ('ss -ltnp sport = :" + binding.port()
                                + "' shows it), or choose another port with --port.");
            case NO_PERMISSION ->
                new Refused(
                        where,
                        "this user may not listen on port " + binding.port(),
                        "Choose a port from 1024 up with --port, or allow low ports: "
                                + "sysctl net.ipv4.ip_unprivileged_port_start=80.");
            case ADDRESS_NOT_AVAILABLE ->
                new Refused(
                        where,
                        "this machine has no such address",
                        "Write one that 'ip address' shows, or 127.0.0.1, or 0.0.0.0 for all of them.");
            case OTHER ->
                new Refused(
                        where,
                        String.valueOf(failure.getMessage()),
                        "Mend what the message names, or choose another port.");
        };
    }

    @Override
    public void unlisten(Binding binding) {
        services.release(name(binding));
        proxy.unlisten(binding);
    }

    @Override
    public List<RequestInfo> requests() {
        return proxy.underWay().stream().map(this::info).toList();
    }

    private RequestInfo info(RequestUnderWay request) {
        var instance = request.instance();
        // A query may hold secrets, and is not needed to know which request it is.
        int query = request.path().indexOf('?');
        return new RequestInfo(
                request.app().value(),
                request.method(),
                request.host(),
                query < 0 ? request.path() : request.path().substring(0, query),
                switch (request.state()) {
                    case QUEUED -> RequestState.QUEUED;
                    case SENDING -> RequestState.SENDING;
                    case WAITING -> RequestState.WAITING;
                    case RECEIVING -> RequestState.RECEIVING;
                    case TUNNEL -> RequestState.TUNNEL;
                },
                request.age().toMillis(),
                instance == null ? null : instance.value(),
                instance == null ? null : pid(request, instance));
    }

    private @Nullable Long pid(RequestUnderWay request, InstanceId instance) {
        var route = table.current().apps().get(request.app());
        return route == null
                ? null
                : route.targets().stream()
                        .filter(target -> target.instance().equals(instance))
                        .map(Target::pid)
                        .map(Long::valueOf)
                        .findFirst()
                        .orElse(null);
    }

    @Override
    public ServerCounts counts() {
        var stats = proxy.stats();
        return new ServerCounts(
                stats.connections(),
                stats.parked(),
                stats.accepted(),
                stats.requests(),
                stats.answered(),
                stats.files(),
                stats.refused(),
                stats.clientGone(),
                stats.broken(),
                stats.malformed(),
                stats.turnedAway(),
                stats.retried(),
                stats.idleUpstream(),
                stats.mirrored(),
                stats.mirrorsDropped(),
                stats.logLinesDropped(),
                stats.bugs(),
                proxy.spools().memoryUsed(),
                proxy.spools().diskUsed());
    }

    @Override
    public CompletableFuture<Void> closeWebSockets(RunId run) {
        return proxy.closeWebSockets(run);
    }

    @Override
    public void apply(Settings settings) {
        proxy.apply(settings);
    }

    @Override
    public Map<String, Integer> descriptors() {
        var descriptors = new TreeMap<String, Integer>();
        proxy.descriptors().forEach((binding, descriptor) -> descriptors.put(binding.toString(), descriptor));
        proxy.streamDescriptors().forEach((binding, descriptor) -> descriptors.put(binding.toString(), descriptor));
        return descriptors;
    }

    @Override
    public Listeners.Acceptor<StreamBinding> streams() {
        return new Listeners.Acceptor<>() {
            @Override
            public void listen(StreamBinding binding) throws Refused {
                listenForStream(binding);
            }

            @Override
            public void unlisten(StreamBinding binding) {
                services.release(name(binding));
                proxy.unlisten(binding);
            }
        };
    }

    private void listenForStream(StreamBinding stream) throws Refused {
        var binding = stream.binding();
        boolean datagrams = stream.protocol() == Protocol.UDP;
        try {
            int descriptor = datagrams
                    ? inherited.takeDatagrams(binding.address(), binding.port())
                    : inherited.take(binding.address(), binding.port());
            if (descriptor < 0) {
                proxy.listen(stream);
            } else {
                proxy.listen(stream, descriptor);
            }
            services.hold(name(stream), proxy.streamDescriptors().getOrDefault(stream, -1));
        } catch (ListenFailure failure) {
            throw refused(binding, failure);
        }
    }

    private static String name(StreamBinding stream) {
        var kind = stream.protocol() == Protocol.UDP ? "udp" : "tcp";
        return kind + "-" + stream.binding().address().replace(':', '.') + "-"
                + stream.binding().port();
    }

    @Override
    public void part() {
        proxy.part();
    }

    @Override
    public int clients() {
        return proxy.clients();
    }

    @Override
    public void close(Duration grace) {
        proxy.close(grace);
    }
}
