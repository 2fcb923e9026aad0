package footplate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WorldTest {
    private static final SampleApp SHOP = SampleApp.named("shop").pool(2, 4);

    /** {@code -Dworlds=100000} for a long look. */
    @Test
    void whateverHappensEveryPromiseIsKeptAndTheDesiredStateIsReached() {
        var steps = new AtomicLong();
        var answered = new AtomicLong();
        int worlds = Integer.getInteger("worlds", 2_500);
        Seeds.each(worlds, random -> {
            var world = new World(random);
            new Disturbances(world, random).play(3 + random.nextInt(30), Duration.ofSeconds(25));
            world.settle();
            steps.addAndGet(world.steps());
            answered.addAndGet(world.answered());
        });
        assertThat(steps).hasValueGreaterThan(80L * worlds);
        assertThat(answered).hasValueGreaterThan(20L * worlds);
    }

    @Test
    void aRollingRestartUnderTrafficLosesNoRequest() {
        Seeds.each(50, random -> {
            var world = served(random);
            world.requests("shop", 100, Duration.ofSeconds(5)).passes(Duration.ofSeconds(1));
            world.restart("shop").passes(Duration.ofSeconds(5)).settle();
            assertThat(world.answered()).isEqualTo(500).isEqualTo((int) world.asked());
            assertThat(world.started("shop")).isGreaterThanOrEqualTo(4);
        });
    }

    @Test
    void aDefinitionThatDoesNotComeUpLeavesTheOldProcessesAndTheOldDefinitionInPlace() {
        Seeds.each(50, random -> {
            var world = served(random);
            world.requests("shop", 50, Duration.ofSeconds(8));
            world.define(SHOP.version("v2").that(random.nextBoolean() ? Conduct.BROKEN : Conduct.HANGING));
            world.passes(Duration.ofSeconds(8)).settle();
            assertThat(world.app("shop").definition()).isEqualTo(SHOP.definition());
            assertThat(world.answered()).isEqualTo(400);
        });
    }

    @Test
    void aDefinitionOfWhichOnlyTheFirstProcessComesUpIsTakenBackAsAWhole() {
        Seeds.each(100, random -> {
            var world = served(random);
            world.define(SHOP.version("v2").that(Conduct.GOOD.failingToStart(0.5)));
            world.passes(Duration.ofSeconds(10)).settle();
            assertThat(world.ready("shop")).isEqualTo(2);
        });
    }

    @Test
    void aKilledProcessIsReplacedWhileTheOtherAnswers() {
        var world = served(new Random(1)).kill("shop");
        world.passes(Duration.ofMillis(50));
        assertThat(world.ready("shop")).isEqualTo(1);
        world.settle();
        assertThat(world.ready("shop")).isEqualTo(2);
    }

    @Test
    void aNewDaemonTakesTheProcessesOverAndEndsTheRestartThatWasUnderWay() {
        Seeds.each(100, random -> {
            var world = served(random).restart("shop");
            world.passes(Duration.ofMillis(random.nextInt(1_000))).daemonDies();
            assertThat(world.alive("shop")).isGreaterThanOrEqualTo(2);
            world.passes(Duration.ofSeconds(1)).daemonStarts();
            assertThat(world.ready("shop")).isGreaterThanOrEqualTo(2);
            world.settle();
            assertThat(world.app("shop").instances()).hasSize(2).allMatch(i -> i.generation() == 2);
        });
    }

    @Test
    void aBusyPoolGrowsOneByOneAndShrinksWhenItIsIdle() {
        var world = new World(new Random(1));
        world.define(SampleApp.named("shop").pool(1, 3).concurrency(1, 100)).settle();
        world.requests("shop", 60, Duration.ofSeconds(4)).passes(Duration.ofSeconds(4));
        assertThat(world.ready("shop")).isEqualTo(3);
        world.passes(Duration.ofSeconds(20)).settle();
        assertThat(world.ready("shop")).isEqualTo(1);
        assertThat(world.answered()).isEqualTo(240);
    }

    @Test
    void anAppOnDemandStartsWithItsFirstRequestAndGoesWhenItIsIdle() {
        var world = new World(new Random(1));
        world.define(SampleApp.named("shop").pool(0, 2)).settle();
        assertThat(world.alive("shop")).isZero();
        world.request("shop").passes(Duration.ofSeconds(1));
        assertThat(world.answered()).isEqualTo(1);
        world.passes(Duration.ofSeconds(20)).settle();
        assertThat(world.alive("shop")).isZero();
    }

    @Test
    void withAlwaysRestartEveryRequestHasAProcessOfItsOwn() {
        var world = served(new Random(1)).freshProcesses("shop", true);
        world.requests("shop", 4, Duration.ofSeconds(5))
                .passes(Duration.ofSeconds(20))
                .settle();
        assertThat(world.answered() + world.clientsLeft()).isEqualTo(20);
        assertThat(world.answered()).isGreaterThanOrEqualTo(18);
        assertThat(world.started("shop")).isGreaterThanOrEqualTo(2 + world.answered());
        assertThat(world.alive("shop")).isZero();
        world.freshProcesses("shop", false).settle();
        assertThat(world.ready("shop")).isEqualTo(2);
    }

    @Test
    void aDaemonThatIsToLeaveStopsEveryProcessAndTheNextOneStartsThemAgain() {
        var world = served(new Random(1)).leave().passes(Duration.ofSeconds(5));
        assertThat(world.hasLeft()).isTrue();
        assertThat(world.alive("shop")).isZero();
        world.daemonStarts().settle();
        assertThat(world.ready("shop")).isEqualTo(2);
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        assertThat(play(7)).isEqualTo(play(7)).isNotEqualTo(play(8));
    }

    private static String play(long seed) {
        var random = new Random(seed);
        var world = new World(random);
        new Disturbances(world, random).play(10, Duration.ofSeconds(20));
        return world.settle().state().toString();
    }

    private static World served(Random random) {
        return new World(random).define(SHOP).settle();
    }
}
