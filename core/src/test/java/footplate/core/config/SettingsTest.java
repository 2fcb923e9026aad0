package footplate.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void everyDefaultIsAValueForItsSetting() {
        for (var setting : Setting.values()) {
            assertThat(Settings.problem(setting, setting.standard()))
                    .describedAs(setting.label())
                    .isNull();
            assertThat(Setting.of(setting.label())).isSameAs(setting);
            assertThat(setting.label()).matches("[a-z-]+");
            assertThat(setting.meaning()).isNotBlank();
        }
    }

    @Test
    void valuesAreReadInTheirUnits() {
        var settings = Settings.standard()
                .with(Setting.KEEPALIVE_TIMEOUT, "5m")
                .with(Setting.MAX_BODY_SIZE, "8MB")
                .with(Setting.TRIES, "7")
                .with(Setting.BUFFERING, "off")
                .with(Setting.VIA, "on")
                .with(Setting.ERROR_PAGES, "/srv/errors");
        assertThat(settings.millis(Setting.KEEPALIVE_TIMEOUT)).isEqualTo(300_000);
        assertThat(settings.bytes(Setting.MAX_BODY_SIZE)).isEqualTo(8L << 20);
        assertThat(settings.count(Setting.TRIES)).isEqualTo(7);
        assertThat(settings.on(Setting.BUFFERING)).isFalse();
        assertThat(Settings.standard().on(Setting.BUFFERING)).isTrue();
        assertThat(settings.choice(Setting.BUFFERING)).isEqualTo(2);
        assertThat(settings.on(Setting.VIA)).isTrue();
        assertThat(Settings.standard().on(Setting.VIA)).isFalse();
        assertThat(settings.text(Setting.ERROR_PAGES)).isEqualTo("/srv/errors");
        assertThat(settings.chosen()).hasSize(6);
    }

    @Test
    void anAppsOwnValuesGoBeforeTheServers() {
        var server = Settings.standard().with(Setting.READ_TIMEOUT, "1s").with(Setting.TRIES, "2");
        var app = Settings.standard().with(Setting.READ_TIMEOUT, "9s");
        assertThat(server.with(app).millis(Setting.READ_TIMEOUT)).isEqualTo(9_000);
        assertThat(server.with(app).count(Setting.TRIES)).isEqualTo(2);
        assertThat(server.with(Settings.standard())).isSameAs(server);
    }

    @Test
    void aValueIsTakenBack() {
        var chosen = Settings.standard().with(Setting.TRIES, "2").with(Setting.VIA, "on");
        assertThat(chosen.without(Setting.TRIES)).isEqualTo(Settings.standard().with(Setting.VIA, "on"));
        assertThat(chosen.without(Setting.FORWARDED)).isSameAs(chosen);
    }

    @Test
    void aNumberOfBytesThatForgotItsUnitIsNoMemoryForAnApp() {
        assertThat(Settings.problem(Setting.MAX_MEMORY_HARD, "100"))
                .hasToString("max-memory-hard: '100' is too low for it\n    Write 1MB or more.");
        assertThat(Settings.problem(Setting.MAX_MEMORY, "1MB")).isNull();
        assertThat(Settings.problem(Setting.MAX_MEMORY, "0")).isNull();
    }

    @Test
    void whatIsNoValueIsToldWithItsCure() {
        assertThat(Settings.problem(Setting.SEND_TIMEOUT, "soon"))
                .hasToString(
                        "send-timeout: 'soon' is not a value for it\n    Write a number and a unit: 500ms, 30s, 5m, 2h.");
        assertThat(Settings.problem(Setting.MAX_BODY_SIZE, "8MBit")).isNotNull();
        assertThat(Settings.problem(Setting.TRIES, "-1")).isNotNull();
        assertThat(Settings.problem(Setting.TRANSPORT, "kqueue")).asString().contains("auto, epoll, io_uring");
        assertThat(Settings.problem(Setting.TRIES, "0"))
                .hasToString("tries: '0' is too low for it\n    Write 1 or more.");
        assertThat(Settings.problem(Setting.SEND_TIMEOUT, "0")).asString().contains("Write 1ms or more.");
        assertThat(Settings.problem(Setting.MAX_HEADER_SIZE, "2MB")).asString().contains("Write 1MB or less.");
        assertThat(Settings.problem(Setting.MAX_HEADER_SIZE, "1MB")).isNull();
        assertThatThrownBy(() -> Settings.standard().with(Setting.TRIES, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tries");
    }
}
