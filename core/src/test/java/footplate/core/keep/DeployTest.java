package footplate.core.keep;

import static footplate.core.keep.Keeper.SHOP;
import static footplate.core.keep.Keeper.serving;
import static footplate.core.keep.Keeper.shop;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.AppDefinition;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.deploy.Stage;
import footplate.core.happen.Happening;
import footplate.core.measure.Counts;
import footplate.core.measure.Outcomes;
import footplate.core.measure.Sample;
import footplate.core.name.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Deploys by every strategy: what serves at each step, and what is left when they fail. */
class DeployTest {
    private static final Settings QUICK = Settings.standard()
            .with(Setting.MIN_READY, "1s")
            .with(Setting.MONITOR, "10s")
            .with(Setting.DEADLINE, "60s")
            .with(Setting.KEEP_OLD, "30s")
            .with(Setting.MIN_REQUESTS, "50");

    private static final Settings ROLLING = QUICK;
    private static final Settings BLUE_GREEN = QUICK.with(Setting.STRATEGY, "blue-green");
    private static final Settings CANARY =
            QUICK.with(Setting.STRATEGY, "canary").with(Setting.STEPS, "10%:20s,100%");

    private static AppDefinition release(int number, int processes, Settings settings) {
        return shop("v" + number, processes, processes).with(settings).numbered(number);
    }

    private static Keeper deploying(int processes, Settings settings) {
        return serving(processes, processes).hears(new Event.Deploy(release(2, processes, settings), false));
    }

    private static Keeper seconds(Keeper keeper, int seconds) {
        return keeper.after(Duration.ofSeconds(seconds));
    }

    /** What was counted of both sides: 1,000 good answers of the old, so many good and bad ones of the new. */
    private static Keeper counted(Keeper keeper, int good, int bad) {
        var rollout = Objects.requireNonNull(keeper.app().rollout());
        var sides = new Event.Sides(
                rollout.generation(), rollout.stretch(), new Counts(sample(1_000, 0), sample(good, bad), List.of()));
        return keeper.hears(new Event.Observed(List.of(new Event.AppUse(SHOP, 0, List.of(), sides))));
    }

    private static Sample sample(int good, int bad) {
        var outcomes = new Outcomes();
        for (int i = 0; i < good + bad; i++) {
            outcomes.record(1_000_000, i < bad);
        }
        return outcomes.sample();
    }

    private static Stage stage(Keeper keeper) {
        return Objects.requireNonNull(keeper.app().rollout()).stage();
    }

    @Test
    void rollingWaitsUntilANewProcessHasBeenReadyForAWhileBeforeTheOldOneGoes() {
        var keeper = deploying(2, ROLLING).comesUp(3);
        assertThat(keeper.serving()).containsExactly(1L, 2L, 3L);
        assertThat(keeper.draining()).isEmpty();

        assertThat(seconds(keeper, 1).draining()).containsExactly(1L);
        seconds(keeper.comesUp(4), 1);
        assertThat(keeper.serving()).containsExactly(3L, 4L);
        assertThat(keeper.told(Happening.Switched.class)).hasSize(1);
        assertThat(keeper.told(Happening.Settled.class)).isEmpty();

        seconds(keeper, 10);
        assertThat(counted(keeper, 100, 0).told(Happening.Settled.class)).hasSize(1);
        assertThat(keeper.app().rollout()).isNull();
    }

    @Test
    void rollingTakesAwayAsManyAsMayBeUnavailableFirst() {
        var keeper = deploying(4, ROLLING.with(Setting.MAX_UNAVAILABLE, "50%").with(Setting.MAX_SURGE, "0"));
        assertThat(keeper.draining()).containsExactly(1L, 2L);
        assertThat(keeper.serving()).containsExactly(3L, 4L);
        assertThat(keeper.started()).hasSize(1);
    }

    @Test
    void anOldProcessThatEndsDuringADeployIsStartedAgainByItsOwnDefinition() {
        var keeper = deploying(2, ROLLING).exits(1);
        assertThat(keeper.app().instances()).hasSize(3);
        keeper.comesUp(3);
        var started = keeper.effects(Effect.Start.class);
        assertThat(started)
                .hasSize(1)
                .first()
                .satisfies(start -> assertThat(start.definition().release()).isZero());
    }

    @Test
    void aNewReleaseThatDoesNotStartLeavesEveryOldProcessServing() {
        var keeper = deploying(2, BLUE_GREEN).spawned(3).exits(3);
        assertThat(keeper.told(Happening.NotSettled.class)).hasSize(1).allMatch(Happening.NotSettled::oldKept);
        assertThat(keeper.serving()).containsExactly(1L, 2L);
        assertThat(keeper.app().definition()).isEqualTo(shop(2, 2));
    }

    @Test
    void aDeployWithoutProgressFailsAtItsDeadline() {
        var keeper = deploying(1, ROLLING.with(Setting.DEADLINE, "30s")).spawned(2);
        assertThat(seconds(keeper, 29).told(Happening.NotSettled.class)).isEmpty();
        assertThat(seconds(keeper, 1).told(Happening.NotSettled.class))
                .hasSize(1)
                .allMatch(told -> told.why().contains("no progress for 30s"));
        assertThat(keeper.asked()).containsExactly(2L);
        assertThat(keeper.serving()).containsExactly(1L);
    }

    @Test
    void blueGreenSwitchesAllAtOnceAndKeepsTheOldProcesses() {
        var keeper = deploying(2, BLUE_GREEN).comesUp(3).comesUp(4);
        assertThat(keeper.serving()).containsExactly(1L, 2L);

        seconds(keeper, 1);
        assertThat(keeper.serving()).containsExactly(3L, 4L);
        assertThat(keeper.effects(Effect.Publish.class)).hasSize(1);
        assertThat(keeper.draining()).isEmpty();
        assertThat(seconds(keeper, 13).told(Happening.Settled.class)).hasSize(1);
        assertThat(keeper.app().warm()).isNotNull();

        assertThat(seconds(keeper, 17).draining()).containsExactly(1L, 2L);
        assertThat(keeper.app().warm()).isNull();
    }

    @Test
    void keptProcessesTakeOverAgainInOneStep() {
        var keeper = seconds(deploying(2, BLUE_GREEN).comesUp(3).comesUp(4), 1);
        seconds(keeper, 13).hears(new Event.TakeBack(SHOP, "its operator asked"));
        assertThat(keeper.serving()).containsExactly(1L, 2L);
        assertThat(keeper.draining()).containsExactly(3L, 4L);
        assertThat(keeper.started()).isEmpty();
        assertThat(keeper.told(Happening.Settled.class)).hasSize(1);
        assertThat(keeper.app().definition()).isEqualTo(shop(2, 2));
    }

    @Test
    void aManualSwitchWaitsForItsOperator() {
        var keeper =
                seconds(deploying(1, BLUE_GREEN.with(Setting.PROMOTE, "manual")).comesUp(2), 1);
        assertThat(stage(keeper)).isInstanceOf(Stage.Awaiting.class);
        seconds(keeper, 3_600);
        assertThat(keeper.serving()).containsExactly(1L);
        assertThat(keeper.hears(new Event.Promote(SHOP)).serving()).containsExactly(2L);
    }

    @Test
    void aSwitchIsNotMadeWhileAProcessOfTheNewSetIsMissing() {
        var keeper = seconds(
                deploying(2, BLUE_GREEN.with(Setting.PROMOTE, "manual"))
                        .comesUp(3)
                        .comesUp(4),
                1);
        keeper.exits(4).hears(new Event.Promote(SHOP));
        assertThat(keeper.serving()).containsExactly(1L, 2L);
        assertThat(seconds(keeper.comesUp(5), 1).serving()).containsExactly(3L, 5L);
    }

    @Test
    void aCheckDecidesAboutTheSwitch() {
        var keeper =
                seconds(deploying(1, BLUE_GREEN.with(Setting.CHECK, "exit 1")).comesUp(2), 1);
        assertThat(keeper.effects(Effect.Check.class)).hasSize(1);
        keeper.hears(new Event.Checked(SHOP, 2, 0, false, "exit code 1"));
        assertThat(keeper.told(Happening.NotSettled.class))
                .hasSize(1)
                .allMatch(told -> told.why().equals("its check failed: exit code 1"));
        assertThat(keeper.serving()).containsExactly(1L);
    }

    @Test
    void aCanaryGetsItsShareAndThenAll() {
        var keeper = seconds(deploying(2, CANARY).comesUp(3), 1);
        assertThat(beside(keeper).permille()).isEqualTo(100);
        assertThat(keeper.serving()).containsExactly(1L, 2L);
        counted(keeper, 60, 0);
        assertThat(seconds(keeper, 20).started()).hasSize(1);
        seconds(keeper.comesUp(4), 1);
        assertThat(keeper.serving()).containsExactly(3L, 4L);
        assertThat(keeper.draining()).containsExactly(1L, 2L);
    }

    private static PlannedRoute.Beside beside(Keeper keeper) {
        return Objects.requireNonNull(PlannedRoute.of(keeper.state).getFirst().beside());
    }

    @Test
    void aCanarysStepWaitsForRequestsToBeJudgedByAndFailsWithoutThem() {
        var keeper = seconds(deploying(1, CANARY).comesUp(2), 1);
        assertThat(seconds(keeper, 20).told(Happening.DeployStep.class))
                .anyMatch(step -> step.what().startsWith("too few requests"));
        assertThat(seconds(keeper, 60).told(Happening.NotSettled.class))
                .hasSize(1)
                .allMatch(told -> told.why().contains("too few requests"));
    }

    @Test
    void aCanaryWithErrorsIsTakenBackAtOnce() {
        var keeper = counted(seconds(deploying(2, CANARY).comesUp(3), 1), 50, 10);
        assertThat(keeper.told(Happening.NotSettled.class))
                .hasSize(1)
                .allMatch(told -> told.why().equals("16.7% of its 60 requests failed, of the running release's 0.0%"));
        assertThat(keeper.serving()).containsExactly(1L, 2L);
        assertThat(keeper.draining()).containsExactly(3L);
    }

    @Test
    void aFailureMayPauseInsteadAndTheOperatorDecides() {
        var keeper = counted(
                seconds(deploying(1, CANARY.with(Setting.ON_FAILURE, "pause")).comesUp(2), 1), 0, 60);
        assertThat(keeper.told(Happening.DeployPaused.class)).hasSize(1);
        assertThat(beside(keeper).permille()).isZero();
        assertThat(keeper.hears(new Event.Resume(SHOP)).app().rollout()).isNotNull();
        assertThat(beside(keeper).permille()).isEqualTo(100);
        keeper.hears(new Event.Abort(SHOP, "its operator aborted it"));
        assertThat(keeper.told(Happening.NotSettled.class)).hasSize(1);
        assertThat(keeper.serving()).containsExactly(1L);
    }

    @Test
    void aReleaseThatTurnsBadAfterTheSwitchIsRolledBack() {
        var keeper = seconds(deploying(1, ROLLING).comesUp(2), 1);
        counted(keeper, 10, 60);
        assertThat(keeper.told(Happening.RollbackBegins.class)).hasSize(1);
        assertThat(keeper.serving()).containsExactly(2L);
        assertThat(keeper.comesUp(3).serving()).containsExactly(3L);
        assertThat(keeper.told(Happening.RolledBack.class)).hasSize(1).allMatch(told -> told.generation() == 2);
        assertThat(keeper.app().definition()).isEqualTo(shop(1, 1));
    }

    @Test
    void aWatchEndsWithALastLookHoweverShortItIs() {
        var keeper =
                seconds(deploying(1, ROLLING.with(Setting.MONITOR, "100ms")).comesUp(2), 1);
        assertThat(keeper.after(Duration.ofMillis(500)).told(Happening.Settled.class))
                .isEmpty();
        assertThat(counted(keeper, 0, 60).told(Happening.RollbackBegins.class)).hasSize(1);
    }

    @Test
    void aReleaseWhoseProcessesEndOneAfterTheOtherIsRolledBack() {
        var keeper = seconds(deploying(1, ROLLING).comesUp(2), 1).exits(2).comesUp(3);
        assertThat(keeper.told(Happening.RollbackBegins.class)).isEmpty();
        assertThat(keeper.exits(3).told(Happening.RollbackBegins.class)).hasSize(1);
    }

    @Test
    void recreateStartsNothingBeforeTheLastOldProcessIsGone() {
        var keeper = deploying(1, QUICK.with(Setting.STRATEGY, "recreate"));
        assertThat(keeper.draining()).containsExactly(1L);
        assertThat(keeper.started()).isEmpty();
        assertThat(keeper.drained(1).exits(1).started()).containsExactly(2L);
    }

    @Test
    void nothingCutsInOnADeploy() {
        var keeper = deploying(2, BLUE_GREEN);
        int generation = keeper.app().generation();
        keeper.hears(new Event.Deploy(release(3, 2, ROLLING), false)).restart();
        assertThat(keeper.app().generation()).isEqualTo(generation);
        assertThat(keeper.app().definition().release()).isEqualTo(2);
    }

    @Test
    void theNextDaemonGoesOnWithADeploy() {
        var keeper = seconds(deploying(2, CANARY).comesUp(3), 1).restoredWith(1, 2, 3);
        assertThat(keeper.serving()).containsExactly(1L, 2L);
        assertThat(beside(keeper).permille()).isEqualTo(100);
        counted(keeper, 60, 0);
        seconds(seconds(keeper, 20).comesUp(keeper.state.nextRun() - 1), 1);
        assertThat(keeper.serving()).hasSize(2).doesNotContain(1L, 2L);
    }

    @Test
    void aFirstDeployHasNobodyToWaitBeside() {
        var keeper = new Keeper().hears(new Event.Deploy(release(1, 1, BLUE_GREEN), false));
        assertThat(keeper.comesUp(1).serving()).containsExactly(1L);
        assertThat(seconds(seconds(keeper, 1), 13).told(Happening.Settled.class))
                .hasSize(1);
    }

    @Test
    void anIllProcessIsReplacedOnceAndStartFirst() {
        var keeper = serving(2, 2).hears(new Event.Replace(new RunId(1), "it hangs"));
        assertThat(keeper.told(Happening.ReplacementBegins.class)).hasSize(1);
        assertThat(keeper.serving()).containsExactly(1L, 2L);
        assertThat(keeper.hears(new Event.Replace(new RunId(1), "it hangs")).told())
                .isEmpty();
        assertThat(keeper.comesUp(3).serving()).containsExactly(2L, 3L);
        assertThat(keeper.draining()).containsExactly(1L);
    }

    @Test
    void oldProcessesThatAreKeptStayOutOfItWhenAnIllOneFindsNoSuccessor() {
        var keeper = seconds(seconds(deploying(2, BLUE_GREEN).comesUp(3).comesUp(4), 1), 13);
        keeper.hears(new Event.Replace(new RunId(3), "it hangs")).spawned(5).exits(5);
        assertThat(keeper.told(Happening.NotSettled.class)).hasSize(1);
        assertThat(keeper.serving()).containsExactly(3L, 4L);
        assertThat(keeper.app().warm()).isNotNull();

        keeper.hears(new Event.TakeBack(SHOP, "its operator asked"));
        assertThat(keeper.serving()).containsExactly(1L, 2L);
    }

    @Test
    void goingBackIsNotJudgedByWhatItLeaves() {
        var keeper = serving(2, 2).hears(new Event.Deploy(release(1, 2, ROLLING), true));
        counted(keeper.comesUp(3), 0, 1_000);
        assertThat(keeper.told(Happening.NotSettled.class)).isEmpty();
        keeper.comesUp(4);
        assertThat(keeper.serving()).containsExactly(3L, 4L);
        assertThat(keeper.told(Happening.Settled.class)).hasSize(1);
    }
}
