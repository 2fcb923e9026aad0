package footplate.daemon.keep;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Settings;
import footplate.core.happen.Happening;
import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.keep.State;
import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.supervise.StartFailure;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class KeeperTest {
    @Test
    void aFailingLookAtTheDataPlaneDoesNotEndTheKeeper() throws Exception {
        var mistakes = new CopyOnWriteArrayList<Throwable>();
        var looked = new CountDownLatch(1);
        var keeper = new Keeper(Keeper.steadyClock(), mistakes::add);
        keeper.start(
                new Silent() {
                    @Override
                    public List<Event.AppUse> observe() {
                        looked.countDown();
                        throw new IllegalStateException("an event loop could not be asked");
                    }
                },
                State.EMPTY);
        try {
            assertThat(looked.await(10, TimeUnit.SECONDS)).isTrue();

            var state = keeper.ask(new Event.Leave()).get(10, TimeUnit.SECONDS);

            assertThat(state.leaving()).isTrue();
            assertThat(mistakes).isNotEmpty();
        } finally {
            keeper.stop();
        }
    }

    @Test
    void anEffectThatFailsDoesNotKeepTheOthersFromBeingCarriedOut() throws Exception {
        var mistakes = new CopyOnWriteArrayList<Throwable>();
        var left = new CountDownLatch(1);
        var keeper = new Keeper(Keeper.steadyClock(), mistakes::add);
        keeper.start(
                new Silent() {
                    @Override
                    public void save(State state) {
                        throw new IllegalStateException("no");
                    }

                    @Override
                    public void left() {
                        left.countDown();
                    }
                },
                State.EMPTY);
        try {
            keeper.post(new Event.Leave());

            assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(mistakes).isNotEmpty();
        } finally {
            keeper.stop();
        }
    }

    /** Does nothing. */
    private static class Silent implements Shells {
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
