package footplate.testkit;

import footplate.core.config.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Operators, clients and mishaps at random: what a world is put through before it must settle. Apps are good, slow,
 * crashing, hanging and broken ones; their definitions change, and so do their bounds.
 */
public final class Disturbances {
    private static final List<String> APPS = List.of("blog", "shop");
    private final World world;
    private final Random random;
    private int versions;

    public Disturbances(World world, Random random) {
        this.world = world;
        this.random = random;
    }

    /** So many deeds at random moments of the next {@code time}; leaves the world when that is over. */
    public void play(int deeds, Duration time) {
        if (random.nextInt(3) == 0) {
            world.suffers(new Faults(
                    random.nextDouble() * 0.2,
                    Duration.ofMillis(1 + random.nextInt(200)),
                    random.nextInt(4) == 0 ? 0.2 : 0));
        }
        APPS.forEach(app -> world.define(sample(app)));
        for (int i = 0; i < deeds; i++) {
            world.after(random.nextLong(time.toMillis()), this::one);
        }
        world.passes(time);
    }

    private void one() {
        var app = APPS.get(random.nextInt(APPS.size()));
        switch (random.nextInt(30)) {
            case 0, 1, 2 -> world.define(sample(app));
            case 3, 4, 5 -> world.restart(app);
            case 6, 7 -> world.stop(app);
            case 8 -> world.delete(app);
            case 9, 10 -> {
                int min = random.nextInt(4);
                world.scale(app, min, Math.max(1, min + random.nextInt(3)));
            }
            case 11 -> world.freshProcesses(app, random.nextBoolean());
            case 12 ->
                world.instances().stream().skip(random.nextInt(4)).findFirst().ifPresent(world::restartInstance);
            case 13 ->
                world.instances().stream().skip(random.nextInt(4)).findFirst().ifPresent(world::stopInstance);
            case 14, 15 -> world.kill(app);
            case 16, 26, 27 ->
                world.requests(app, 5 + random.nextInt(60), Duration.ofMillis(200 + random.nextInt(3_000)));
            case 17 -> {
                if (random.nextBoolean()) {
                    world.daemonDies();
                } else {
                    world.daemonDiesAfter(random.nextInt(12));
                }
                world.after(random.nextInt(3_000), world::daemonStarts);
            }
            case 19, 20, 21 -> world.deploy(deployed(app));
            case 22 -> world.promote(app);
            case 23 -> world.abort(app);
            case 24 -> {
                if (random.nextBoolean()) {
                    world.pause(app);
                } else {
                    world.resume(app);
                }
            }
            case 25 -> world.takeBack(app);
            case 29 -> {
                var gone = APPS.stream().filter(_ -> random.nextInt(4) == 0).toList();
                world.configure(
                        APPS.stream()
                                .filter(each -> !gone.contains(each) && random.nextBoolean())
                                .map(this::sample)
                                .toList(),
                        gone);
            }
            default -> {
                if (random.nextInt(3) == 0) {
                    world.replaceOne(app);
                } else if (random.nextInt(4) == 0) {
                    world.leave();
                    world.after(500 + random.nextInt(5_000), world::daemonStarts);
                } else {
                    world.kill(app);
                    world.kill(app);
                }
            }
        }
    }

    private SampleApp deployed(String name) {
        var strategies = Setting.STRATEGY.choices();
        var app = sample(name)
                .set(Setting.STRATEGY, strategies.get(random.nextInt(strategies.size())))
                .set(Setting.MAX_SURGE, random.nextBoolean() ? "1" : "50%")
                .set(Setting.MAX_UNAVAILABLE, random.nextInt(3) == 0 ? "1" : "0")
                .set(Setting.ON_FAILURE, random.nextInt(3) == 0 ? "pause" : "rollback")
                .set(Setting.PROMOTE, random.nextInt(3) == 0 ? "manual" : "auto");
        if (random.nextInt(4) == 0) {
            app = app.set(Setting.MONITOR, "0");
        }
        if (random.nextInt(3) == 0) {
            app = app.set(Setting.CHECK, "curl -f localhost");
        }
        return app;
    }

    private SampleApp sample(String name) {
        int min = random.nextInt(4);
        return SampleApp.named(name)
                .version("v" + ++versions)
                .pool(min, Math.max(1, min + random.nextInt(3)))
                .concurrency(random.nextInt(3), random.nextInt(3) == 0 ? 2 : 100)
                .that(conduct());
    }

    private Conduct conduct() {
        var good = Conduct.GOOD
                .startingWithin(Duration.ofMillis(50 + random.nextInt(1_500)))
                .leavingWithin(Duration.ofMillis(1 + random.nextInt(1_000)))
                .answeringWithin(Duration.ofMillis(5 + random.nextInt(random.nextInt(5) == 0 ? 5_000 : 200)));
        return switch (random.nextInt(10)) {
            case 6 -> good.answeringErrors(random.nextDouble());
            case 0 -> good.failingToStart(0.3);
            case 1 -> good.failingToStart(1);
            case 2 -> good.neverReady(0.3);
            case 3 -> good.neverReady(1);
            case 4 -> good.ignoringAsks(0.5);
            case 5 -> good.livingFor(Duration.ofMillis(200 + random.nextInt(20_000)));
            default -> good;
        };
    }
}
