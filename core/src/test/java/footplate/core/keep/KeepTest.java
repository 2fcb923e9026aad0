package footplate.core.keep;

import static footplate.core.keep.Keeper.SHOP;
import static footplate.core.keep.Keeper.serving;
import static footplate.core.keep.Keeper.shop;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.happen.Happening;
import footplate.core.name.InstanceId;
import footplate.core.route.Availability;
import footplate.core.supervise.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of processes: starts, crashes, deadlines, stops, bounds, restores. Restarts are in {@link RollingTest}. */
class KeepTest {
    @Test
    void aDefinedAppStartsItsProcessesOneAtATime() {
        var keeper = new Keeper().hears(new Event.Define(shop(2, 2)));
        assertThat(keeper.started()).containsExactly(1L);
        assertThat(keeper.comesUp(1).started()).containsExactly(2L);
        assertThat(keeper.comesUp(2).told(Happening.Settled.class)).containsExactly(new Happening.Settled(SHOP, 1, 2));
        assertThat(keeper.serving()).containsExactly(1L, 2L);
    }

    @Test
    void aCrashedProcessLeavesTheTableAndStartsAgainInTheSameStep() {
        var keeper = serving(2, 2).exits(1);
        assertThat(keeper.serving()).containsExactly(2L);
        assertThat(keeper.started()).containsExactly(3L);
        assertThat(keeper.instance(0).restarts()).isEqualTo(1);
    }

    @Test
    void theFirstRestartComesAtOnceAndLaterOnesWaitUpToFifteenSeconds() {
        var keeper = serving(1, 1);
        var waits = new ArrayList<Duration>();
        for (long run = 1; run < 10; run++) {
            keeper.exits(run);
            var crash = keeper.told(Happening.InstanceCrashed.class).getFirst();
            waits.add(crash.restartIn());
            keeper.after(crash.restartIn()).comesUp(run + 1);
        }
        assertThat(waits)
                .containsExactly(
                        ZERO,
                        ofMillis(100),
                        ofMillis(200),
                        ofMillis(400),
                        ofMillis(800),
                        ofMillis(1_600),
                        ofMillis(3_200),
                        ofMillis(6_400),
                        ofMillis(12_800));
    }

    @Test
    void aWaitingInstanceIsNotStartedBeforeItsTime() {
        var keeper = serving(1, 1).exits(1).comesUp(2).exits(2);
        assertThat(keeper.state.wakeAt()).contains(keeper.now.plusMillis(100));
        assertThat(keeper.after(ofMillis(99)).started()).isEmpty();
        assertThat(keeper.after(ofMillis(1)).started()).containsExactly(3L);
    }

    @Test
    void aLongRunForgivesEarlierCrashes() {
        var keeper = serving(1, 1).exits(1).comesUp(2).after(ofSeconds(10)).exits(2);
        assertThat(keeper.told(Happening.InstanceCrashed.class).getFirst().restartIn())
                .isZero();
    }

    @Test
    void tenQuickDeathsAreTheLastAndTheQueueHearsWhy() {
        var keeper = serving(1, 1);
        for (long run = 1; run <= 9; run++) {
            keeper.exits(run).after(ofSeconds(15)).spawned(run + 1);
        }
        keeper.exits(10);
        assertThat(keeper.told(Happening.GivenUp.class)).hasSize(1);
        assertThat(keeper.instance(0).isFailed()).isTrue();
        assertThat(keeper.state.wakeAt()).isEmpty();
        assertThat(PlannedRoute.of(keeper.state).getFirst().availability()).isInstanceOf(Availability.Failed.class);
        assertThat(keeper.effects(Effect.RefuseWaiting.class)).hasSize(1);
        assertThat(keeper.restart().started()).containsExactly(11L);
        assertThat(keeper.effects(Effect.Start.class).getFirst().index()).isZero();
    }

    @Test
    void aStartThatIsNotReadyInTimeIsAskedToLeaveThenKilledAndTriedAgain() {
        var keeper = new Keeper().hears(new Event.Define(shop(1, 1))).spawned(1);
        assertThat(keeper.after(ofSeconds(89)).asked()).isEmpty();
        keeper.after(ofSeconds(1));
        assertThat(keeper.effects(Effect.Ask.class)).allMatch(Effect.Ask::startTimedOut);
        assertThat(keeper.asked()).containsExactly(1L);
        assertThat(keeper.after(ofSeconds(2)).killed()).containsExactly(1L);
        keeper.exits(1);
        assertThat(keeper.told(Happening.StartFailed.class)).hasSize(1);
        assertThat(keeper.told(Happening.NotSettled.class)).hasSize(1);
        assertThat(keeper.started()).containsExactly(2L);
    }

    @Test
    void aProcessThatIsReadyOnlyAfterItWasAskedToLeaveIsNotServed() {
        var keeper = new Keeper().hears(new Event.Define(shop(1, 1))).spawned(1).after(ofSeconds(90));
        assertThat(keeper.ready(1).serving()).isEmpty();
    }

    @Test
    void aStoppedAppLeavesTheTableDrainsLeavesAndIsKilledAtTheDeadline() {
        var keeper = serving(1, 1).stop();
        assertThat(keeper.serving()).isEmpty();
        assertThat(keeper.effects.stream().map(Object::getClass).toList())
                .containsSubsequence(List.of(Effect.Publish.class, Effect.Save.class, Effect.Drain.class));
        assertThat(keeper.drained(1).asked()).containsExactly(1L);
        assertThat(keeper.after(ofSeconds(2)).killed()).containsExactly(1L);
        assertThat(keeper.told(Happening.InstanceKilled.class)).hasSize(1);
        keeper.after(ofSeconds(1));
        assertThat(keeper.killed()).as("killed again while it is still there").containsExactly(1L);
        assertThat(keeper.told(Happening.InstanceKilled.class)).isEmpty();
        assertThat(keeper.exits(1).told(Happening.AppStopped.class)).hasSize(1);
        assertThat(keeper.app().instances()).isEmpty();
        assertThat(keeper.state.wakeAt()).isEmpty();
    }

    @Test
    void aProcessThatNeverDrainsIsAskedToLeaveAtTheDrainDeadline() {
        var keeper = serving(1, 1).stop();
        assertThat(keeper.after(ofSeconds(29)).asked()).isEmpty();
        assertThat(keeper.after(ofSeconds(1)).asked()).containsExactly(1L);
    }

    @Test
    void aStopDuringAStartIsNotForgotten() {
        var keeper = new Keeper().hears(new Event.Define(shop(1, 1))).stop();
        assertThat(keeper.asked()).containsExactly(1L);
        assertThat(keeper.comesUp(1).serving()).isEmpty();
        assertThat(keeper.exits(1).started()).isEmpty();
        assertThat(keeper.app().instances()).isEmpty();
    }

    @Test
    void aStartDuringAStopHasItsOwnProcessAtOnceAndLetsTheOldOneGo() {
        var keeper = serving(1, 1).stop().restart();
        assertThat(keeper.started()).containsExactly(2L);
        assertThat(keeper.effects(Effect.Start.class).getFirst().index())
                .as("the old process still has index 0")
                .isEqualTo(1);
        assertThat(keeper.drained(1).exits(1).comesUp(2).serving()).containsExactly(2L);
    }

    @Test
    void aStopOfAStoppedAppIsToldAtOnce() {
        var keeper = serving(1, 1).stop().drained(1).exits(1).stop();
        assertThat(keeper.told(Happening.AppStopped.class)).hasSize(1);
    }

    @Test
    void anAppThatHadGrownStartsAgainWithItsFewest() {
        var keeper = serving(1, 3).busy().comesUp(2).stop().drained(1).drained(2);
        keeper.exits(1).exits(2).restart();
        assertThat(keeper.app().target()).isEqualTo(1);
    }

    @Test
    void anAppDeletedWhileItStartsIsForgottenWhenItsProcessIsGone() {
        var keeper = new Keeper().hears(new Event.Define(shop(1, 1))).spawned(1).hears(new Event.Delete(SHOP));
        assertThat(keeper.asked()).containsExactly(1L);
        assertThat(PlannedRoute.of(keeper.state)).isEmpty();
        assertThat(keeper.exits(1).told(Happening.AppDeleted.class)).hasSize(1);
        assertThat(keeper.state.apps()).isEmpty();
    }

    @Test
    void anAppDefinedAgainWhileItIsDeletedLives() {
        var keeper = serving(1, 1).hears(new Event.Delete(SHOP)).hears(new Event.Define(shop("v2", 1, 1)));
        assertThat(keeper.started()).containsExactly(2L);
        keeper.comesUp(2).drained(1).exits(1);
        assertThat(keeper.serving()).containsExactly(2L);
    }

    @Test
    void scalingUpStartsWhatIsMissingAndTellsWhenItIsReady() {
        var keeper = serving(1, 1).hears(new Event.Scale(SHOP, 3, 3));
        assertThat(keeper.started()).containsExactly(2L);
        assertThat(keeper.comesUp(2).started()).containsExactly(3L);
        assertThat(keeper.comesUp(3).told(Happening.Settled.class)).hasSize(1);
    }

    @Test
    void scalingDownGivesUpTheNewest() {
        var keeper = serving(3, 3).hears(new Event.Scale(SHOP, 1, 1));
        assertThat(keeper.serving()).containsExactly(1L);
        assertThat(keeper.draining()).containsExactlyInAnyOrder(2L, 3L);
        assertThat(keeper.told(Happening.Settled.class)).hasSize(1);
    }

    @Test
    void scalingTriesAnewWhatWasGivenUp() {
        var keeper = givenUp().hears(new Event.Scale(SHOP, 2, 2));
        assertThat(keeper.started()).hasSize(1);
        keeper.exits(12);
        assertThat(keeper.told(Happening.NotSettled.class)).hasSize(1);
    }

    @Test
    void aBusyPoolGrowsByOneUntilItsMost() {
        var keeper = serving(1, 3).busy();
        assertThat(keeper.started()).containsExactly(2L);
        assertThat(keeper.busy().started()).as("one is on its way").isEmpty();
        assertThat(keeper.comesUp(2).busy().started()).containsExactly(3L);
        assertThat(keeper.comesUp(3).busy().started()).isEmpty();
    }

    @Test
    void aProcessThatDoesNotStartShrinksThePoolAndIsNotTriedAgainAtOnce() {
        var keeper = serving(1, 3).busy().spawned(2).exits(2);
        assertThat(keeper.app().target()).isEqualTo(1);
        assertThat(keeper.busy().started()).isEmpty();
        keeper.after(ofSeconds(15));
        assertThat(keeper.busy().started()).containsExactly(3L);
    }

    @Test
    void ofIdleProcessesTheOneIdleLongestGoesAndNeverBelowTheFewest() {
        var keeper = serving(1, 3).busy().comesUp(2).busy().comesUp(3);
        keeper.idle(ofSeconds(301), ofSeconds(310), ofSeconds(299));
        assertThat(keeper.draining()).containsExactly(2L);
        assertThat(keeper.idle(ofSeconds(301), ofSeconds(311), ofSeconds(300)).draining())
                .containsExactly(1L);
        assertThat(keeper.idle(ofSeconds(302), ofSeconds(312), ofSeconds(900)).draining())
                .isEmpty();
        assertThat(keeper.serving()).containsExactly(3L);
    }

    @Test
    void aPlaceThatDoesNotServeGoesBeforeAnIdleOne() {
        var keeper = serving(1, 2).busy().comesUp(2).exits(2).comesUp(3).exits(3);
        keeper.idle(ofSeconds(400));
        assertThat(keeper.serving()).containsExactly(1L);
        assertThat(keeper.app().instances()).hasSize(1);
    }

    @Test
    void anAppOnDemandStartsWhenARequestWaitsAndGoesWhenItIsIdle() {
        var keeper = new Keeper().hears(new Event.Define(shop(0, 2)));
        assertThat(keeper.started()).isEmpty();
        assertThat(keeper.told(Happening.Settled.class)).hasSize(1);
        assertThat(keeper.busy().started()).containsExactly(1L);
        keeper.comesUp(1).idle(ofMinutes(5)).drained(1).exits(1);
        assertThat(keeper.app().instances()).isEmpty();
        assertThat(keeper.busy().started()).containsExactly(2L);
    }

    @Test
    void aRequestOnDemandHearsWhyItsProcessDidNotStart() {
        var keeper = new Keeper().hears(new Event.Define(shop(0, 2))).busy().exits(1);
        assertThat(keeper.effects(Effect.RefuseWaiting.class)).hasSize(1);
        assertThat(keeper.app().instances()).isEmpty();
        assertThat(keeper.busy().started()).as("the next request tries again").containsExactly(2L);
    }

    @Test
    void withAlwaysRestartAProcessGoesAfterItsOneRequest() {
        var keeper = serving(1, 1).hears(new Event.FreshProcesses(SHOP, true));
        assertThat(keeper.serving()).isEmpty();
        assertThat(keeper.draining()).containsExactly(1L);
        assertThat(keeper.busy().comesUp(2).serving()).containsExactly(2L);
        assertThat(keeper.drained(2).serving()).isEmpty();
        assertThat(keeper.drained(2).asked()).containsExactly(2L);
        assertThat(keeper.exits(2).started()).isEmpty();
        assertThat(keeper.busy().started()).containsExactly(3L);
    }

    @Test
    void aSingleUseProcessThatEndsByItselfIsNoCrash() {
        var keeper = serving(1, 1).hears(new Event.FreshProcesses(SHOP, true)).busy();
        keeper.comesUp(2).exits(2);
        assertThat(keeper.started()).isEmpty();
        assertThat(keeper.app().target()).isZero();
    }

    @Test
    void withoutAlwaysRestartProcessesAreKeptAgain() {
        var keeper =
                serving(1, 1).hears(new Event.FreshProcesses(SHOP, true)).hears(new Event.FreshProcesses(SHOP, false));
        assertThat(keeper.started()).containsExactly(2L);
        assertThat(keeper.comesUp(2).instance(1).singleUse()).isFalse();
    }

    @Test
    void aStoppedInstanceTakesItsPlaceAlong() {
        var keeper = serving(3, 3).hears(new Event.StopInstance(new InstanceId(1)));
        assertThat(keeper.draining()).containsExactly(2L);
        assertThat(keeper.started()).isEmpty();
        assertThat(keeper.app().definition().pool().max()).isEqualTo(2);
        assertThat(keeper.app().definition().pool().min()).isEqualTo(2);
    }

    @Test
    void aStopOfTheOnlyInstanceStopsTheApp() {
        var keeper = serving(1, 1).hears(new Event.StopInstance(new InstanceId(0)));
        assertThat(keeper.app().wanted()).isFalse();
        assertThat(keeper.app().definition().pool().max()).isEqualTo(1);
    }

    @Test
    void aDaemonThatLeavesStopsEverythingAndItsAppsStayWanted() {
        var keeper = serving(2, 2).hears(new Event.Leave());
        assertThat(keeper.draining()).containsExactly(1L, 2L);
        keeper.drained(1).drained(2).exits(1);
        assertThat(keeper.effects(Effect.Left.class)).isEmpty();
        assertThat(keeper.exits(2).effects(Effect.Left.class)).hasSize(1);
        assertThat(keeper.app().wanted()).isTrue();
        assertThat(keeper.told(Happening.AppStopped.class)).isEmpty();
        assertThat(keeper.restart().started()).as("nothing starts any more").isEmpty();
        assertThat(keeper.restoredWith().started()).containsExactly(3L);
    }

    @Test
    void aNewDaemonKeepsWhatServesAndStartsWhatIsGone() {
        var keeper = serving(2, 2).restoredWith(2);
        assertThat(keeper.serving()).containsExactly(2L);
        assertThat(keeper.told(Happening.InstanceAdopted.class)).hasSize(1);
        assertThat(keeper.started()).containsExactly(3L);
    }

    @Test
    void aNewDaemonAsksAProcessToLeaveThatItKnowsOnlyHalf() {
        var keeper = new Keeper().hears(new Event.Define(shop(1, 1))).spawned(1).restoredWith(1);
        assertThat(keeper.asked()).containsExactly(1L);
        assertThat(keeper.started()).containsExactly(2L);
        assertThat(keeper.ready(1).serving()).isEmpty();
    }

    @Test
    void aNewDaemonStopsWhatWasStopped() {
        var keeper = serving(1, 1).stop().restoredWith(1);
        assertThat(keeper.asked()).containsExactly(1L);
        assertThat(keeper.started()).isEmpty();
    }

    @Test
    void newsOfAnOldRunIsIgnored() {
        var keeper = serving(1, 1).exits(1).comesUp(2);
        var before = keeper.state;
        assertThat(keeper.exits(1).state).isEqualTo(before);
        assertThat(keeper.drained(1).state).isEqualTo(before);
        assertThat(keeper.ready(1).state).isEqualTo(before);
        assertThat(keeper.effects).isEmpty();
    }

    @Test
    void aRunIsWrittenDownBeforeItIsStarted() {
        var keeper = new Keeper().hears(new Event.Define(shop(1, 1)));
        assertThat(keeper.effects.stream().map(Object::getClass).toList())
                .containsSubsequence(List.of(Effect.Save.class, Effect.Start.class));
        assertThat(keeper.effects(Effect.Save.class).getFirst().state()).isEqualTo(keeper.state);
    }

    @Test
    void aPlaceTakesTheLowestIndexThatIsFree() {
        var keeper = serving(3, 3).hears(new Event.StopInstance(new InstanceId(1)));
        keeper.drained(2).exits(2).hears(new Event.Scale(SHOP, 3, 3));
        assertThat(keeper.effects(Effect.Start.class).getFirst().index()).isEqualTo(1);
    }

    @Test
    void ofSeveralWaitingPlacesOneStartsAndTheOthersDoNotWakeTheClock() {
        var keeper = serving(2, 2).exits(1).exits(2);
        assertThat(keeper.app().instances().stream()
                        .filter(i -> i.phase() instanceof Phase.Starting)
                        .count())
                .isEqualTo(1);
        assertThat(keeper.state.wakeAt()).contains(keeper.now.plusSeconds(90));
    }

    /** A shop of two, of which the second was given up after ten starts that failed; run 1 serves. */
    static Keeper givenUp() {
        var keeper = new Keeper().hears(new Event.Define(shop(2, 2))).comesUp(1);
        for (long run = 2; run <= 11; run++) {
            keeper.exits(run).after(ofSeconds(15));
        }
        assertThat(keeper.instance(1).isFailed()).isTrue();
        return keeper;
    }

    @Test
    void aSettingOfTheServerIsAppliedSavedAndInEveryRouteThatChoseNothingElse() {
        var keeper = serving(1, 1).hears(new Event.Set(Setting.TRIES, "2"));

        assertThat(keeper.state.settings()).isEqualTo(Settings.standard().with(Setting.TRIES, "2"));
        assertThat(keeper.effects(Effect.Apply.class)).containsExactly(new Effect.Apply(keeper.state.settings()));
        assertThat(keeper.effects(Effect.Save.class)).hasSize(1);
        assertThat(keeper.effects(Effect.Publish.class))
                .singleElement()
                .satisfies(table -> assertThat(table.routes().getFirst().http().count(Setting.TRIES))
                        .isEqualTo(2));

        keeper.hears(new Event.Set(Setting.TRIES, "2"));
        assertThat(keeper.effects).isEmpty();

        keeper.hears(new Event.Set(Setting.TRIES, null));
        assertThat(keeper.state.settings()).isEqualTo(Settings.standard());
        assertThat(keeper.effects(Effect.Apply.class)).hasSize(1);
    }

    @Test
    void settingsOutliveTheDaemonAndAreAppliedByTheNext() {
        var settings = Settings.standard().with(Setting.VIA, "on");
        var step = Keep.restore(State.EMPTY.with(settings), Instant.EPOCH);

        assertThat(step.state().settings()).isEqualTo(settings);
        assertThat(step.effects()).contains(new Effect.Apply(settings));
    }
}
