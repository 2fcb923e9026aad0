package footplate.daemon.control;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import footplate.core.config.AppDefinition;
import footplate.core.config.Entry;
import footplate.core.config.Launch;
import footplate.core.config.PoolSettings;
import footplate.core.config.Settings;
import footplate.core.config.StopSettings;
import footplate.core.config.StopSettings.StopSignal;
import footplate.core.happen.Happening;
import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.keep.State;
import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.supervise.RestartRule;
import footplate.core.supervise.StartFailure;
import footplate.daemon.control.ControlServer.CallRefused;
import footplate.daemon.keep.Keeper;
import footplate.daemon.keep.Shells;
import footplate.daemon.observe.HappeningStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ChangesTest {
    private static final AppName APP = new AppName("shop");

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whoWaitsForAStartHearsThatTheDaemonLeaves() throws Exception {
        var keeper = new Keeper(Keeper.steadyClock(), _ -> {});
        keeper.start(new NothingStarts(), State.EMPTY);
        try (var changes = new Changes(keeper, new HappeningStream(), _ -> {})) {
            keeper.ask(new Event.Define(app())).get(10, TimeUnit.SECONDS);

            keeper.post(new Event.Leave());

            assertThatExceptionOfType(CallRefused.class).isThrownBy(() -> changes.awaitReached(APP, 1));
        } finally {
            keeper.stop();
        }
    }

    private static AppDefinition app() {
        return new AppDefinition(
                APP,
                "/",
                new Launch.Command("sleep 600"),
                new Entry("127.0.0.1", 3_000, List.of()),
                "production",
                Map.of(),
                new PoolSettings(1, 1, 0, 1, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                RestartRule.USUAL,
                Duration.ofSeconds(60),
                false,
                new StopSettings(StopSignal.TERM, Duration.ofSeconds(60), Duration.ofSeconds(1)),
                "",
                Settings.standard(),
                0);
    }

    private static final class NothingStarts implements Shells {
        @Override
        public void start(Effect.Start start) {}

        @Override
        public void ask(Effect.Ask ask) {}

        @Override
        public void kill(RunId run) {}

        @Override
        public void drain(RunId run) {}

        @Override
        public void apply(Settings settings) {}

        @Override
        public void publish(Effect.Publish table) {}

        @Override
        public void refuseWaiting(AppName app, StartFailure failure) {}

        @Override
        public void save(State state) {}

        @Override
        public void tell(Happening happening) {}

        @Override
        public void check(Effect.Check check) {}

        @Override
        public void left() {}

        @Override
        public void forget(RunId run) {}

        @Override
        public List<Event.AppUse> observe() {
            return List.of();
        }
    }
}
