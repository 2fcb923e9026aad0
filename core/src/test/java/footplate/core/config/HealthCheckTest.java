package footplate.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCheckTest {
    @Test
    void eachKindIsReadAsItIsWritten() {
        assertThat(HealthCheck.of("")).isEqualTo(new HealthCheck.Off());
        assertThat(HealthCheck.of("tcp")).isEqualTo(new HealthCheck.Tcp());
        assertThat(HealthCheck.of("http:/up?deep=1")).isEqualTo(new HealthCheck.Http("/up?deep=1"));
        assertThat(HealthCheck.of("exec: test -f 'a b'")).isEqualTo(new HealthCheck.Exec("test -f 'a b'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http:up",
                "http://127.0.0.1/up",
                "http:/up HTTP/1.1",
                "http:/a\r\nX: y",
                "http:/ä",
                "https:/up",
                "exec:",
                "exec: ",
                "up",
                "TCP"
            })
    void whatIsNoCheckIsRefused(String text) {
        assertThat(HealthCheck.problem(text)).isNotNull();
        assertThat(Settings.problem(Setting.HEALTH, text)).asString().contains("Write http:/path");
        assertThatThrownBy(() -> HealthCheck.of(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
