package footplate.core.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import footplate.core.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void ordinaryAppNamesAreAccepted() {
        for (var name : List.of("a", "shop", "Shop-2", "2nd.shop", "my_app", "a".repeat(63), "4x4", "ALL")) {
            assertThat(AppName.problemWith(name)).as(name).isEmpty();
        }
    }

    @Test
    void appNamesThatAreNoNamesAreRefusedWithTheReason() {
        for (var name : List.of("", "a".repeat(64), "-a", ".a", "_a", "a b", "a/b", "é", "a\n", "..")) {
            assertThat(AppName.problemWith(name)).as(name).startsWith("a name ");
        }
        assertThat(AppName.problemWith("12")).contains("instance number");
        assertThat(AppName.problemWith("all")).contains("every app");
        assertThatThrownBy(() -> new AppName("a b")).hasMessageContaining("app name 'a b'");
    }

    @Test
    void hostNamesAreKeptInLowerCaseAndWithoutTheirLastDot() {
        assertThat(new HostName("Shop.Example.").value()).isEqualTo("shop.example");
        assertThat(new HostName("SHOP.example")).isEqualTo(new HostName("shop.example."));
    }

    @Test
    void hostNamesThatDnsDoesNotAllowAreRefused() {
        for (var host : List.of(
                "",
                ".",
                "..",
                "a..b",
                ".a",
                "-a",
                "a-",
                "a-.b",
                "a.-b",
                "a b",
                "a:80",
                "é.example",
                "a/b",
                "*.a",
                "a".repeat(64),
                "a.".repeat(127) + "a")) {
            assertThatThrownBy(() -> new HostName(host)).as(host).isInstanceOf(IllegalArgumentException.class);
        }
        for (var host : List.of("localhost", "a.b", "xn--bcher-kva.example", "_dmarc.a", "1.2", "a".repeat(63))) {
            assertThatCode(() -> new HostName(host)).as(host).doesNotThrowAnyException();
        }
    }

    @Test
    void aHostNameIsItsOwnNormalForm() {
        Seeds.each(2_000, random -> {
            var text = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.append("aZ9-_.é ".charAt(random.nextInt(8)));
            }
            HostName host;
            try {
                host = new HostName(text.toString());
            } catch (IllegalArgumentException refused) {
                return;
            }
            assertThat(new HostName(host.value())).isEqualTo(host);
            assertThat(host.value()).matches("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
        });
    }

    @Test
    void numbersSortAsNumbers() {
        assertThat(new RunId(9)).isLessThan(new RunId(10));
        assertThat(new InstanceId(9)).isLessThan(new InstanceId(10));
        assertThatThrownBy(() -> new InstanceId(-1)).hasMessageContaining("below 0");
    }
}
