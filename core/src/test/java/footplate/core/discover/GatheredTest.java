package footplate.core.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import footplate.core.name.HostName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatheredTest {
    private static final Reading NONE = new Reading.Absent(true, 30);
    private static final Reading UNKNOWN = new Reading.Unknown("SERVFAIL");

    private static Reading addresses(long ttl, String... addresses) {
        return new Reading.Records(
                List.of(addresses).stream()
                        .map(address -> (Reply.Entry) new Reply.Address("a", ttl, address))
                        .toList(),
                ttl);
    }

    @Test
    void bothFamiliesTogetherAreAHost() {
        assertThat(Gathered.ofHost(addresses(60, "10.0.0.1"), addresses(20, "2001:db8::1"), 80))
                .isEqualTo(new Answer.Servers(
                        List.of(new Found("10.0.0.1", 80, 1, false), new Found("2001:db8::1", 80, 1, false)),
                        Duration.ofSeconds(20)));
    }

    @Test
    void oneFamilySuffices() {
        assertThat(Gathered.ofHost(addresses(60, "10.0.0.1"), UNKNOWN, 80)).isInstanceOf(Answer.Servers.class);
        assertThat(Gathered.ofHost(NONE, addresses(60, "::1"), 80)).isInstanceOf(Answer.Servers.class);
        assertThat(Gathered.ofHost(NONE, UNKNOWN, 80)).isEqualTo(new Answer.Silence("SERVFAIL"));
        assertThat(Gathered.ofHost(NONE, new Reading.Absent(false, 20), 80))
                .isEqualTo(new Answer.Nobody(true, Duration.ofSeconds(20)));
        assertThat(Gathered.ofHost(new Reading.Absent(false, 9), new Reading.Absent(false, 20), 80))
                .isEqualTo(new Answer.Nobody(false, Duration.ofSeconds(9)));
    }

    @Test
    void ofAServiceTheFirstPriorityServesAndTheOthersAreBackups() {
        List<Reply.Entry> records = List.of(
                new Reply.Server("s", 60, 20, 5, 8081, "b"),
                new Reply.Server("s", 60, 10, 3, 8080, "a"),
                new Reply.Server("s", 60, 10, 0, 8082, "a"),
                new Reply.Server("s", 60, 0, 0, 0, "c"),
                new Reply.Server("s", 60, 0, 0, 1, Gathered.NO_TARGET));
        Map<String, Answer> hosts = Map.of(
                "a", Gathered.ofHost(addresses(30, "10.0.0.1"), NONE, 1),
                "b", Gathered.ofHost(addresses(90, "10.0.0.2"), NONE, 1));
        var answer = (Answer.Servers) Gathered.ofService(records, 60, hosts);
        assertThat(answer.ttl()).hasSeconds(30);
        assertThat(answer.servers())
                .extracting(Found::place, Found::weight)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("10.0.0.1:8080", 3),
                        org.assertj.core.groups.Tuple.tuple("10.0.0.1:8082", 1));
    }

    @Test
    void ofAServiceOneSilentHostIsNoReasonToForgetIt() {
        List<Reply.Entry> records =
                List.of(new Reply.Server("s", 60, 10, 3, 8080, "a"), new Reply.Server("s", 60, 10, 3, 8080, "b"));
        var found = Gathered.ofHost(addresses(30, "10.0.0.1"), NONE, 1);
        assertThat(Gathered.ofService(records, 60, Map.of("a", found, "b", new Answer.Silence("SERVFAIL"))))
                .isEqualTo(new Answer.Silence("b: SERVFAIL", List.of(new Found("10.0.0.1", 8080, 3, false))));
        assertThat(Gathered.ofService(records, 60, Map.of("a", new Answer.Nobody(true, Duration.ofSeconds(5)))))
                .isEqualTo(new Answer.Nobody(true, Duration.ofSeconds(5)));
    }

    @Test
    void nameServersAreReadAsPeopleWriteThem() {
        assertThat(NameServers.of(List.of("# x", "search a", " nameserver\t10.0.0.2 ", "NAMESERVER ::1", "nameserver")))
                .containsExactly("10.0.0.2", "::1");
        assertThat(NameServers.of(List.of())).containsExactly("127.0.0.1");
        assertThat(NameServers.host("[::1]:54")).isEqualTo("::1");
        assertThat(NameServers.port("[::1]:54")).isEqualTo(54);
        assertThat(NameServers.port("[::1]")).isEqualTo(53);
        assertThat(NameServers.host("::1")).isEqualTo("::1");
        assertThat(NameServers.port("::1")).isEqualTo(53);
        assertThat(NameServers.host("10.0.0.2:5353")).isEqualTo("10.0.0.2");
        assertThat(NameServers.port("10.0.0.2:5353")).isEqualTo(5353);
        assertThat(NameServers.port("10.0.0.2:x")).isEqualTo(-1);
        assertThat(NameServers.host("localhost")).isEqualTo("127.0.0.1");
    }

    @Test
    void aServiceIsAskedForByItsWholeName() {
        assertThat(new Question.Service("http", new HostName("api.internal")).describe())
                .isEqualTo("_http._tcp.api.internal");
        assertThat(new Question.Service("_a._udp", new HostName("api.internal")).describe())
                .isEqualTo("_a._udp.api.internal");
        assertThatThrownBy(() -> new Question.Service("x y", new HostName("api.internal")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
