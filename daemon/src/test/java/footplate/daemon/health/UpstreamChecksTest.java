package footplate.daemon.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import footplate.core.balance.Balance;
import footplate.core.balance.Balancer;
import footplate.core.balance.Group;
import footplate.core.balance.Server;
import footplate.core.balance.ServerTerms;
import footplate.core.config.servers.Group.ActiveCheck;
import footplate.core.config.servers.Group.Statuses;
import footplate.core.name.AppName;
import footplate.core.pool.Load;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers on real sockets, asked again and again. */
class UpstreamChecksTest {
    private static final AppName UPSTREAM = new AppName("legacy");

    private final List<Throwable> mistakes = new CopyOnWriteArrayList<>();
    private final UpstreamChecks checks = new UpstreamChecks(mistakes::add);
    private final Group group = new Group(new Balance.RoundRobin());

    @AfterEach
    void end() {
        checks.close();
        assertThat(mistakes).isEmpty();
    }

    private Server server(String name) {
        return new Server(group, name, new Load(0, false, 0), ServerTerms.STANDARD, false, 0);
    }

    private static ActiveCheck asks(String path, int rise, int fall) {
        return new ActiveCheck(
                path,
                Duration.ofMillis(20),
                Duration.ofSeconds(10),
                rise,
                fall,
                List.of(new Statuses(200, 299), new Statuses(418, 418)));
    }

    @Test
    void aServerGoesOutAfterAsManyFailuresAndComesInAfterAsManyPasses() throws Exception {
        var status = new AtomicInteger(200);
        var asked = new AtomicInteger();
        var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/up", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        http.start();
        try {
            var address = "127.0.0.1:" + http.getAddress().getPort();
            var one = server(address);
            var other = server("127.0.0.1:1");
            var balancer = new Balancer(group, List.of(one, other), 0, null, 0);
            assertThat(balancer.servers()).hasSize(2);
            checks.follow(List.of(new UpstreamChecks.Checked(UPSTREAM, asks("/up", 2, 3), one, address)));
            await().until(() -> asked.get() > 2);
            assertThat(one.isIn()).isTrue();

            status.set(503);
            int before = asked.get();
            await().until(() -> !one.isIn());
            assertThat(asked.get() - before).isBetween(3, 5);

            status.set(418);
            await().until(one::isIn);

            status.set(500);
            await().until(() -> !one.isIn());
            checks.follow(List.of());
            await("nobody asks it any more, and nobody can say that it is not well")
                    .until(one::isIn);
        } finally {
            http.stop(0);
        }
    }

    @Test
    void whoTakesNoConnectionIsOutAndNothingIsAskedOfWhoDoes() throws Exception {
        var one = server("a");
        var other = server("b");
        assertThat(new Balancer(group, List.of(one, other), 0, null, 0).servers())
                .hasSize(2);
        try (var listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            int dead;
            try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                dead = closed.getLocalPort();
            }
            checks.follow(List.of(
                    new UpstreamChecks.Checked(UPSTREAM, asks("", 1, 2), one, "127.0.0.1:" + listening.getLocalPort()),
                    new UpstreamChecks.Checked(UPSTREAM, asks("", 1, 2), other, "127.0.0.1:" + dead)));
            await().until(() -> !other.isIn());
            assertThat(one.isIn()).isTrue();
        }
    }
}
