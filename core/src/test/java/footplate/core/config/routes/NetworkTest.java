package footplate.core.config.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NetworkTest {
    @Test
    void whatIsBeyondThePrefixDoesNotCount() {
        assertThat(Network.parse("10.1.2.3/8")).isEqualTo(new Network(List.of(10, 0, 0, 0), 8));
        assertThat(Network.parse("10.1.2.3")).isEqualTo(new Network(List.of(10, 1, 2, 3), 32));
        assertThat(Network.parse("0.0.0.0/0")).isEqualTo(new Network(List.of(0, 0, 0, 0), 0));
        assertThat(Network.parse("10.255.0.0/9")).isEqualTo(new Network(List.of(10, 128, 0, 0), 9));
    }

    @Test
    void longAddressesMayBeWrittenShort() {
        assertThat(Network.parse("::1"))
                .isEqualTo(new Network(List.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), 128));
        assertThat(Network.parse("2001:DB8::/32")).isEqualTo(Network.parse("2001:db8:0:0:0:0:0:1/32"));
        assertThat(Network.parse("::")).isEqualTo(Network.parse("0:0:0:0:0:0:0:0"));
    }

    @Test
    void whatIsNoAddressIsNone() {
        for (var text : List.of(
                "",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.01",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "a.b.c.d",
                ":",
                ":::",
                "1::2::3",
                "::1/129",
                "12345::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7::8",
                "::ffff:10.0.0.1",
                "/8")) {
            assertThat(Network.parse(text)).describedAs(text).isNull();
        }
    }
}
