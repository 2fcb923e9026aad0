package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeashIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final Processes processes = Processes.forThisMachine();
    private final Marker marker = Marker.fresh(Marker.LEASH);

    @AfterEach
    void nothingOfOursIsLeft() {
        assertThat(ProcessTree.of(processes, marker).kill()).isEmpty();
        processes.close();
    }

    @Test
    void aDaemonKilledByForceLeavesNoAppBehind() throws Exception {
        var stranger = processes.spawn(AnotherDaemon.request(folder, "stranger", Map.of(), "exec sleep 120"));
        var tree = ProcessTree.of(processes, marker);
        int guardian;
        try (var daemon = AnotherDaemon.start(List.of(), "leash", folder.toString(), marker.token())) {
            guardian = Integer.parseInt(daemon.line());
            await().until(() -> Files.readString(folder.resolve("stubborn.out")).contains("ready"));
            assertThat(tree.members()).hasSizeGreaterThanOrEqualTo(3);
            daemon.kill();
        }
        await().until(() -> tree.members().isEmpty());
        await().until(() -> Proc.stat(guardian).filter(stat -> !stat.ended()).isEmpty());
        assertThat(Proc.runs(stranger.id())).isTrue();
        stranger.signal(Signal.KILL);
        stranger.exit().get(10, TimeUnit.SECONDS);
    }

    @Test
    void ctrlCDoesNotReachItsGuardian() throws Exception {
        var tree = ProcessTree.of(processes, marker);
        try (var daemon = AnotherDaemon.start(List.of(), "leash", folder.toString(), marker.token())) {
            int guardian = Integer.parseInt(daemon.line());
            await().until(() -> Files.readString(folder.resolve("stubborn.out")).contains("ready"));
            await().until(() -> Proc.stat(guardian).orElseThrow().session() == guardian);
            assertThat(Proc.started(guardian, marker.entry())).isFalse();
            var signals = new ProcessBuilder(
                            "/bin/sh",
                            "-c",
                            "kill -s INT %1$d; kill -s TERM %1$d; kill -s HUP %1$d".formatted(guardian))
                    .start();
            assertThat(signals.waitFor()).isZero();
            daemon.kill();
        }
        await().until(() -> tree.members().isEmpty());
    }

    @Test
    void afterAnOrderlyEndTheAppsAreLeftAlone() throws Exception {
        var environment = new HashMap<String, String>();
        marker.mark(environment);
        var app = processes.spawn(AnotherDaemon.request(folder, "app", environment, "exec sleep 120"));
        long guardian;
        try (var leash = Leash.hold(marker, Duration.ofSeconds(5))) {
            guardian = leash.guardian();
        }
        await().until(() -> ProcessHandle.of(guardian).isEmpty());
        assertThat(Proc.runs(app.id())).isTrue();
    }
}
