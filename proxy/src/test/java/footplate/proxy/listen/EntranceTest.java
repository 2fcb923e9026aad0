package footplate.proxy.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class EntranceTest {
    private static Long origin(String address) {
        return Entrance.origin(InetAddress.ofLiteral(address));
    }

    @Test
    void anIpv6NetworkIsOneClientAndAnIpv4AddressIsOne() {
        assertThat(origin("2001:db8:1:2::1")).isEqualTo(origin("2001:db8:1:2:ffff::9"));
        assertThat(origin("2001:db8:1:2::1")).isNotEqualTo(origin("2001:db8:1:3::1"));
        assertThat(origin("192.0.2.1")).isNotEqualTo(origin("192.0.2.2"));
        assertThat(origin("::ffff:192.0.2.1")).isEqualTo(origin("192.0.2.1"));
        assertThat(origin("::1")).isNotEqualTo(origin("0.0.0.1"));
    }

    @Test
    void theLimitOfDescriptorsIsReadAsTheKernelPrintsIt() {
        assertThat(Descriptors.parse("Max open files            1024                 4096                 files     "))
                .isEqualTo(1_024);
        assertThat(Descriptors.parse("Max open files            unlimited            unlimited            files     "))
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(Descriptors.parse("Max open files            9223372036854775807  9223372036854775807  files     "))
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(Descriptors.limit()).isPositive();
    }

    @Test
    void aQuarterIsKeptButNotMoreThanIsOfUse() {
        assertThat(Descriptors.reserve(1_024)).isEqualTo(256);
        assertThat(Descriptors.reserve(1_048_576)).isEqualTo(4_096);
    }
}
