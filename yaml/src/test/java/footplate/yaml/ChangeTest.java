package footplate.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.file.Change;
import footplate.core.config.file.Configuration;
import footplate.core.config.file.FileCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChangeTest {
    private static final String BEFORE = """
            listen: [":80"]
            keepalive_timeout: 75s
            apps:
              shop: { root: ./shop, hosts: [shop.example, old.shop.example], instances: 2, env: { A: one, B: two }, max_body_size: 1MB }
              gone: { root: ./gone }
            upstreams:
              legacy: { servers: ["10.0.0.5:80", { address: "10.0.0.6:80", weight: 2 }] }
            routes:
              - { host: legacy.example, to: legacy, tries: 2 }
              - { host: '~^a', to: legacy }
              - { host: '~^b', to: legacy }
            streams:
              - { listen: ":5432", to: "10.0.0.9:5432" }
            """;

    @Test
    void theSameFileChangesNothing() throws IOException {
        for (var file : GoldenTest.files("good")) {
            assertThat(Change.between(GoldenTest.good(file), GoldenTest.good(file))
                            .isNothing())
                    .isTrue();
        }
    }

    @Test
    void whereAndHowAThingIsWrittenIsNoChange() {
        var other = BEFORE.replace("keepalive_timeout: 75s", "# soon\nkeepalive-timeout: 75s")
                .replace("[\":80\"]", ":80");

        assertThat(Change.between(read(BEFORE), read(other)).steps()).isEmpty();
    }

    @Test
    void everyPartIsToldInWords() {
        var after = BEFORE.replace("[\":80\"]", "[\":81\"]")
                .replace("75s", "60s")
                .replace(
                        "[shop.example, old.shop.example], instances: 2, env: { A: one, B: two }, max_body_size: 1MB",
                        "[shop.example, new.shop.example], instances: 2..4, env: { A: secret, C: three }")
                .replace("gone: { root: ./gone }", "fresh: { root: ./fresh }")
                .replace("weight: 2", "weight: 3")
                .replace("\"10.0.0.5:80\"", "\"10.0.0.7:80\"")
                .replace(
                        "{ host: legacy.example, to: legacy, tries: 2 }",
                        "{ host: legacy.example, to: fresh, rate_limit: 10/s, max_body_size: 9GB }")
                .replace("\"10.0.0.9:5432\"", "legacy");

        assertThat(words(Change.between(read(BEFORE), read(after))))
                .containsExactly(
                        "address ':80' goes",
                        "address ':81' comes",
                        "app 'gone' goes",
                        "app 'shop' changes: - host old.shop.example, + host new.shop.example, env A, env B, env C, instances 2 → 2..4, max_body_size 1MB → 1GB",
                        "app 'fresh' comes",
                        "upstream 'legacy' changes: - server 10.0.0.5:80, + server 10.0.0.7:80, server 10.0.0.6:80",
                        "route 'legacy.example' changes: to legacy → fresh, rate_limit, max_body_size the target's → 9GB, tries 2 → the target's",
                        "stream ':5432/tcp' changes: to",
                        "setting 'keepalive_timeout' changes: 75s → 60s");
    }

    @Test
    void theOrderOfExpressionsIsAChange() {
        var after = BEFORE.replace("~^a", "~^c").replace("~^b", "~^a").replace("~^c", "~^b");

        assertThat(words(Change.between(read(BEFORE), read(after)))).containsExactly("route '~^b' changes: order");
    }

    private static List<String> words(Change change) {
        return change.steps().stream().map(Object::toString).toList();
    }

    private static Configuration read(String text) {
        return switch (GoldenTest.check(text.getBytes(StandardCharsets.UTF_8))) {
            case FileCheck.Fine(var configuration) -> configuration;
            case FileCheck.Refused(var mistakes) -> throw new AssertionError(mistakes.toString());
        };
    }
}
