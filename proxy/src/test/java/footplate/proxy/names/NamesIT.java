package footplate.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Settings;
import footplate.core.discover.Answer;
import footplate.core.discover.Found;
import footplate.core.discover.Question;
import footplate.core.name.HostName;
import footplate.proxy.transport.ChosenTransport;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real dnsmasq. */
@Timeout(60)
class NamesIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<List<Found>> changes = new LinkedBlockingQueue<>();
    private final ChosenTransport transport = ChosenTransport.of(Settings.standard());
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("names-test", true),
            transport.transport().engine(ByteBufAllocator.DEFAULT));
    private Names names = new Names((EventLoop) group.next(), transport.transport(), bugs::add);

    /** Waits shortly for name servers that are dead. */
    private void hasten() {
        names.close();
        names = new Names((EventLoop) group.next(), transport.transport(), bugs::add, 300);
    }

    @AfterEach
    void end() {
        names.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        assertThat(bugs).isEmpty();
    }

    private Names.Watched watch(String name, Dnsmasq... servers) {
        return watch(new Question.Host(new HostName(name), 80), servers);
    }

    private Names.Watched watch(Question.Sought sought, Dnsmasq... servers) {
        var addresses = List.of(servers).stream().map(Dnsmasq::address).toList();
        return names.watch(new Question(sought, addresses), changes::add, told::add);
    }

    private List<String> next() throws InterruptedException {
        var change = changes.poll(20, TimeUnit.SECONDS);
        assertThat(change).describedAs("a change; told: %s", told).isNotNull();
        return change.stream().map(Found::place).toList();
    }

    private CompletableFuture<Answer> lookup(String name, Dnsmasq server) {
        var answer = new CompletableFuture<Answer>();
        names.lookup(name, 80, List.of(server.address()), answer::complete);
        return answer;
    }

    @Test
    void aChangeOfAddressesIsToldWhenTheirTimeIsOver() throws Exception {
        try (var dns = Dnsmasq.start(folder, "--local-ttl=1")) {
            dns.hosts("10.1.1.1 a.internal", "10.1.1.2 a.internal", "::1 a.internal");
            try (var _ = watch("a.internal", dns)) {
                assertThat(next()).containsExactly("10.1.1.1:80", "10.1.1.2:80", "[::1]:80");
                dns.hosts("10.1.1.2 a.internal", "10.1.1.3 a.internal");
                assertThat(next()).containsExactly("10.1.1.2:80", "10.1.1.3:80");
            }
            assertThat(told).isEmpty();
        }
    }

    @Test
    void aliasesAreFollowed() throws Exception {
        try (var dns = Dnsmasq.start(
                folder, "--local-ttl=60", "--cname=b.internal,a.internal", "--cname=c.internal,b.internal")) {
            dns.hosts("10.1.1.1 a.internal");
            try (var _ = watch("c.internal", dns)) {
                assertThat(next()).containsExactly("10.1.1.1:80");
            }
        }
    }

    @Test
    void aServiceHasPortsWeightsAndBackups() throws Exception {
        try (var dns = Dnsmasq.start(
                folder,
                "--local-ttl=60",
                "--srv-host=_http._tcp.api.internal,one.internal,8001,10,5",
                "--srv-host=_http._tcp.api.internal,two.internal,8002,20,1")) {
            dns.hosts("10.1.1.1 one.internal", "10.1.1.2 two.internal");
            try (var _ = watch(new Question.Service("_http._tcp", new HostName("api.internal")), dns)) {
                assertThat(changes.poll(20, TimeUnit.SECONDS))
                        .containsExactly(new Found("10.1.1.1", 8001, 5, false), new Found("10.1.1.2", 8002, 1, true));
            }
        }
    }

    @Test
    void whatIsKnownStaysWhileTheNameServerIsDeadAndAnotherTakesOver() throws Exception {
        hasten();
        try (var first = Dnsmasq.start(folder, "--local-ttl=1");
                var second = Dnsmasq.start(folder, "--local-ttl=1")) {
            first.hosts("10.1.1.1 a.internal");
            second.stop();
            try (var _ = watch("a.internal", first, second)) {
                assertThat(next()).containsExactly("10.1.1.1:80");
                first.stop();
                await().atMost(LONG).until(() -> !told.isEmpty());
                assertThat(told.getFirst()).contains("a.internal: no name server can tell", "1 address stay in use");
                assertThat(changes).isEmpty();
                second.run();
                second.hosts("10.1.1.2 a.internal");
                assertThat(next()).containsExactly("10.1.1.2:80");
            }
            assertThat(told).hasSize(1);
        }
    }

    @Test
    void oneDeadNameServerIsNoTrouble() throws Exception {
        hasten();
        try (var dead = Dnsmasq.start(folder);
                var dns = Dnsmasq.start(folder, "--local-ttl=60")) {
            dead.stop();
            dns.hosts("10.1.1.1 a.internal");
            try (var _ = watch("a.internal", dead, dns)) {
                assertThat(next()).containsExactly("10.1.1.1:80");
            }
            assertThat(told).isEmpty();
        }
    }

    @Test
    void aNameThatIsGoneIsToldAndItsLastAddressStaysForNow() throws Exception {
        try (var dns = Dnsmasq.start(folder, "--local-ttl=1")) {
            dns.hosts("10.1.1.1 a.internal");
            try (var _ = watch("a.internal", dns)) {
                next();
                dns.hosts("10.1.1.1 b.internal");
                await().atMost(LONG).until(() -> !told.isEmpty());
                assertThat(told.getFirst()).contains("there is no such name", "1 address stay in use for 30 s");
                assertThat(changes).isEmpty();
            }
        }
    }

    @Test
    void anAbsenceLastsAsLongAsItsZoneSays() throws Exception {
        try (var dns =
                Dnsmasq.start(folder, "--auth-server=ns.zone.example,lo", "--auth-zone=zone.example", "--auth-ttl=7")) {
            assertThat(lookup("no.zone.example", dns).get(20, TimeUnit.SECONDS))
                    .isEqualTo(new Answer.Nobody(false, Duration.ofSeconds(7)));
        }
    }

    @Test
    void anAnswerTooLongForADatagramIsAskedForOverTcp() throws Exception {
        try (var dns = Dnsmasq.start(folder, "--local-ttl=60")) {
            dns.hosts(IntStream.rangeClosed(1, 200)
                    .mapToObj(i -> "10.1.1." + i + " a.internal")
                    .toArray(String[]::new));
            assertThat(((Answer.Servers) lookup("a.internal", dns).get(20, TimeUnit.SECONDS)).servers())
                    .hasSize(200);
        }
    }

    @Test
    void oneNameIsAskedForOnceHoweverManyWantToKnow() throws Exception {
        try (var dns = Dnsmasq.start(folder, "--local-ttl=60")) {
            dns.hosts("10.1.1.1 a.internal");
            var answers = new ArrayList<CompletableFuture<Answer>>();
            for (int i = 0; i < 500; i++) {
                answers.add(lookup("A.internal", dns));
            }
            for (var answer : answers) {
                assertThat(((Answer.Servers) answer.get(20, TimeUnit.SECONDS)).servers())
                        .containsExactly(new Found("10.1.1.1", 80, 1, false));
            }
            // From now on whoever asks is told at once, on its own thread.
            assertThat(lookup("a.internal", dns)).isDone();
            dns.stop();
            assertThat(dns.asked("query[A] a.internal")).isEqualTo(1);
            assertThat(dns.asked("query[AAAA] a.internal")).isEqualTo(1);
        }
    }

    @Test
    void tenThousandNamesStayBounded() throws Exception {
        try (var dns = Dnsmasq.start(folder, "--local-ttl=60")) {
            dns.hosts("10.1.1.1 a.internal");
            var known = lookup("a.internal", dns).get(20, TimeUnit.SECONDS);
            long before = descriptors();
            var room = new Semaphore(1_000);
            var absent = new CopyOnWriteArrayList<Answer>();
            for (int i = 0; i < 10_000; i++) {
                assertThat(room.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                names.lookup("n" + i + ".internal", 80, List.of(dns.address()), answer -> {
                    if (!(answer instanceof Answer.Nobody)) {
                        absent.add(answer);
                    }
                    room.release();
                });
            }
            assertThat(room.tryAcquire(1_000, 20, TimeUnit.SECONDS)).isTrue();
            assertThat(absent).isEmpty();
            assertThat(names.remembered()).isBetween(1_000, 2_100);
            // Names that are not there have not driven out the one that is.
            assertThat(lookup("a.internal", dns)).isCompletedWithValue(known);
            await().atMost(LONG).until(() -> names.underWay() == 0 && descriptors() <= before);
        }
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void aTimeThatIsOverIsServedAndRefreshedMeanwhile() throws Exception {
        try (var dns = Dnsmasq.start(folder, "--local-ttl=1")) {
            dns.hosts("10.1.1.1 a.internal");
            var first = lookup("a.internal", dns).get(20, TimeUnit.SECONDS);
            dns.hosts("10.1.1.2 a.internal");
            // Until it changes every answer is there at once, and is the old one.
            await().atMost(LONG).pollDelay(Duration.ZERO).until(() -> {
                var answer = lookup("a.internal", dns);
                assertThat(answer).isDone();
                return !answer.get().equals(first);
            });
        }
    }

    @Test
    void aDeadNameServerDoesNotTakeAwayWhatIsKnown() throws Exception {
        hasten();
        try (var dns = Dnsmasq.start(folder, "--local-ttl=1")) {
            dns.hosts("10.1.1.1 a.internal");
            var first = lookup("a.internal", dns).get(20, TimeUnit.SECONDS);
            dns.stop();
            assertThat(lookup("b.internal", dns).get(20, TimeUnit.SECONDS)).isInstanceOf(Answer.Silence.class);
            assertThat(lookup("a.internal", dns)).isCompletedWithValue(first);
        }
    }

    @Test
    void numbersAndThisMachineAreNotAskedFor() {
        var none = List.of("127.0.0.1:1");
        var answers = new ArrayList<Answer>();
        for (var name : new String[] {"10.0.0.5", "[::1]", "localhost", "no name", "a..b", ""}) {
            names.lookup(name, 80, none, answers::add);
        }
        assertThat(answers)
                .extracting(answer -> answer instanceof Answer.Servers)
                .containsExactly(true, true, true, false, false, false);
        assertThat(names.underWay()).isZero();
    }

    @Test
    void aClosedWatchTellsNothingMore() throws Exception {
        try (var dns = Dnsmasq.start(folder, "--local-ttl=1")) {
            dns.hosts("10.1.1.1 a.internal");
            watch("a.internal", dns).close();
            try (var _ = watch("b.internal", dns)) {
                // Asked behind it on the same loop, and answered.
                next();
            }
            changes.clear();
            dns.hosts("10.1.1.2 a.internal");
            assertThat(changes.poll(1_500, TimeUnit.MILLISECONDS)).isNull();
        }
    }
}
