package footplate.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class UpstreamTest {
    @Test
    void addressesAreReadInEveryForm() {
        assertThat(read("shop.example:8080")).isEqualTo("shop.example:8080");
        assertThat(read("10.0.0.1:80")).isEqualTo("10.0.0.1:80");
        assertThat(read("[::1]:80")).isEqualTo("[::1]:80");
        assertThat(read(":3000")).isEqualTo("127.0.0.1:3000");
        assertThat(read("http://shop")).isEqualTo("shop:80");
        assertThat(read("HTTP://shop:81/")).isEqualTo("shop:81");
        assertThat(read("http://[fe80::1]")).isEqualTo("[fe80::1]:80");
        assertThat(read("unix:/run/a.sock")).isEqualTo("unix:/run/a.sock");
        assertThat(read("http://unix:/run/a.sock")).isEqualTo("unix:/run/a.sock");
        assertThat(read("unix:a.sock")).isEqualTo("unix:a.sock");
    }

    @Test
    void whatIsNoAddressIsToldWithItsCure() {
        assertThat(read("")).contains("port is missing");
        assertThat(read("shop")).contains("--to shop: the port is missing", "Write shop:80.");
        assertThat(read("3000")).contains("Write :3000 for that port of this machine.");
        assertThat(read("::1:80")).contains("brackets");
        assertThat(read("[::1]")).contains("port is missing");
        assertThat(read("[shop]:80")).contains("no address");
        assertThat(read("shop:")).contains("no number");
        assertThat(read("shop:0")).contains("no number");
        assertThat(read("shop:65536")).contains("no number");
        assertThat(read("shop:+80")).contains("no number");
        assertThat(read("shop:80/api")).contains("path", "Write the server alone, such as shop:80.");
        assertThat(read("https://shop")).contains("TLS");
        assertThat(read("h2c://shop")).contains("only HTTP");
        assertThat(read("http://:80")).contains("no address");
        assertThat(read("http://")).contains("no address");
        assertThat(read("sh op:80")).contains("no address");
        assertThat(read("user@shop:80")).contains("no address");
        assertThat(read("unix:")).contains("path is missing");
    }

    private static String read(String text) {
        var problems = new ArrayList<Problem>();
        var server = Upstream.read(text, problems);
        assertThat(server == null).isNotEqualTo(problems.isEmpty());
        return server == null ? problems.getFirst().toString() : server.toString();
    }
}
