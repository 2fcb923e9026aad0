package footplate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WorldTest {
    @Test
    void whateverHappensEveryPromiseIsKeptAndTheDesiredStateIsReached() {
        var steps = new AtomicLong();
        var answered = new AtomicLong();
        Seeds.each(Integer.getInteger("worlds", 2_500), random -> {
            var world = new World(random);
            new Disturbances(world, random).play(3 + random.nextInt(15), Duration.ofSeconds(20));
            world.settle();
            steps.addAndGet(world.steps());
            answered.addAndGet(world.answered());
        });
        assertThat(steps).hasValueGreaterThan(100_000);
        assertThat(answered).hasValueGreaterThan(10_000);
    }
}
