package footplate.core.keep;

import static footplate.core.keep.Keeper.SHOP;
import static footplate.core.keep.Keeper.serving;
import static footplate.core.keep.Keeper.shop;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.happen.Happening;
import footplate.core.name.InstanceId;
import footplate.core.supervise.Instance;
import org.junit.jupiter.api.Test;

/** Changes that replace processes: restarts and new definitions, start-first, and what is left when they fail. */
class RollingTest {
    @Test
    void aRestartStartsANewProcessBeforeEachOldOneGoes() {
        var keeper = serving(2, 2).restart();
        assertThat(keeper.started()).containsExactly(3L);
        assertThat(keeper.serving()).containsExactly(1L, 2L);

        assertThat(keeper.comesUp(3).serving()).containsExactly(2L, 3L);
        assertThat(keeper.draining()).containsExactly(1L);
        assertThat(keeper.started()).containsExactly(4L);
        assertThat(keeper.told(Happening.Settled.class)).isEmpty();

        assertThat(keeper.comesUp(4).serving()).containsExactly(3L, 4L);
        assertThat(keeper.told(Happening.Settled.class)).containsExactly(new Happening.Settled(SHOP, 2, 2));
    }

    @Test
    void aRestartThatFailsLeavesEveryOldProcessServing() {
        var keeper = serving(2, 2).restart().spawned(3).exits(3);
        assertThat(keeper.serving()).containsExactly(1L, 2L);
        assertThat(keeper.told(Happening.NotSettled.class)).hasSize(1).allMatch(Happening.NotSettled::oldKept);
        assertThat(keeper.started()).isEmpty();
        assertThat(keeper.app().rollout()).isNull();
    }

    @Test
    void anOldProcessThatCrashesDuringARestartIsNotStartedAgain() {
        var keeper = serving(2, 2).restart().exits(1);
        assertThat(keeper.app().instances()).noneMatch(i -> i.id().equals(new InstanceId(0)));
        assertThat(keeper.comesUp(3).comesUp(4).serving()).containsExactly(3L, 4L);
    }

    @Test
    void aRestartDuringARestartCountsAsOneChange() {
        var keeper = serving(1, 1).restart().restart();
        assertThat(keeper.asked()).containsExactly(2L);
        keeper.exits(2).comesUp(3);
        assertThat(keeper.told(Happening.Settled.class)).containsExactly(new Happening.Settled(SHOP, 3, 1));
        assertThat(keeper.serving()).containsExactly(3L);
    }

    @Test
    void aStopDuringARestartStopsOldAndNew() {
        var keeper = serving(1, 1).restart().stop();
        assertThat(keeper.draining()).containsExactly(1L);
        assertThat(keeper.asked()).containsExactly(2L);
        assertThat(keeper.exits(2).drained(1).exits(1).app().instances()).isEmpty();
    }

    @Test
    void anInstanceIsRestartedAlone() {
        var keeper = serving(2, 2).hears(new Event.RestartInstance(new InstanceId(0)));
        assertThat(keeper.comesUp(3).serving()).containsExactly(2L, 3L);
        assertThat(keeper.told(Happening.Settled.class)).hasSize(1);
        assertThat(keeper.started()).isEmpty();
    }

    @Test
    void anInstanceIsRestartedAlsoBesideOneThatWasGivenUp() {
        var keeper = KeepTest.givenUp().hears(new Event.RestartInstance(new InstanceId(0)));
        assertThat(keeper.comesUp(12).serving()).containsExactly(12L);
        assertThat(keeper.told(Happening.Settled.class)).hasSize(1);
    }

    @Test
    void aDefinitionThatDoesNotComeUpGivesWayToTheOneBefore() {
        var keeper = serving(2, 2).hears(new Event.Define(shop("v2", 2, 2))).exits(3);
        assertThat(keeper.app().definition()).isEqualTo(shop(2, 2));
        assertThat(keeper.serving()).containsExactly(1L, 2L);
        assertThat(keeper.exits(1).effects(Effect.Start.class).getFirst().definition())
                .isEqualTo(shop(2, 2));
    }

    @Test
    void aDefinitionThatComesUpOnlyInPartIsTakenBackAsAWhole() {
        var keeper = serving(2, 2).hears(new Event.Define(shop("v2", 2, 2))).comesUp(3);
        assertThat(keeper.exits(4).started()).containsExactly(5L);
        assertThat(keeper.serving())
                .as("the new one serves until an old one is back")
                .containsExactly(2L, 3L);
        assertThat(keeper.comesUp(5).serving()).containsExactly(2L, 5L);
    }

    @Test
    void theWayBackIsTriedAgainUntilItSucceeds() {
        var keeper = serving(2, 2).hears(new Event.Define(shop("v2", 2, 2))).comesUp(3);
        keeper.exits(4).exits(5);
        assertThat(keeper.serving()).containsExactly(2L, 3L);
        assertThat(keeper.started()).containsExactly(6L);
        assertThat(keeper.comesUp(6).serving()).containsExactly(2L, 6L);
        assertThat(keeper.app().instances()).filteredOn(Instance::wanted).noneMatch(Instance::replace);
    }

    @Test
    void aDefinitionFailsBackAlsoWhereTheOldProcessHasCrashedMeanwhile() {
        var keeper = serving(1, 1).hears(new Event.Define(shop("v2", 1, 1))).exits(1);
        keeper.exits(2);
        assertThat(keeper.app().definition()).isEqualTo(shop(1, 1));
        assertThat(keeper.effects(Effect.Start.class).getFirst().definition()).isEqualTo(shop(1, 1));
    }

    @Test
    void aRestartOfAChangeUnderWayGoesBackToTheLastDefinitionThatServed() {
        var keeper = serving(1, 1)
                .hears(new Event.Define(shop("v2", 1, 1)))
                .hears(new Event.Define(shop("v3", 1, 1)))
                .restart();
        keeper.exits(4);
        assertThat(keeper.app().definition()).isEqualTo(shop(1, 1));
        assertThat(keeper.serving()).containsExactly(1L);
    }

    @Test
    void boundsSetDuringAChangeHoldAlsoAfterItsFailure() {
        var keeper = serving(1, 2).hears(new Event.Define(shop("v2", 1, 2))).hears(new Event.Scale(SHOP, 2, 3));
        keeper.exits(2);
        assertThat(keeper.app().definition()).isEqualTo(shop(2, 3));
    }

    @Test
    void aNewProcessThatIsGivenUpAfterItWasReadyFailsTheChange() {
        var keeper = serving(2, 2).hears(new Event.Define(Keeper.givingUpAtOnce("v2", 2, 2)));
        keeper.comesUp(3).exits(3);
        assertThat(keeper.told(Happening.NotSettled.class)).hasSize(1);
        assertThat(keeper.app().definition()).isEqualTo(shop(2, 2));
        assertThat(keeper.asked()).containsExactly(4L);
        assertThat(keeper.started()).containsExactly(5L);
        assertThat(keeper.comesUp(5).serving()).containsExactly(2L, 5L);
    }

    @Test
    void aReplacementHasTheNumberOfTheOneThatGoes() {
        var keeper = serving(2, 2).exits(1).comesUp(3);
        keeper.hears(new Event.RestartInstance(new InstanceId(0))).comesUp(4);
        keeper.drained(3).exits(3).restart();
        int number = keeper.effects(Effect.Start.class).getFirst().index();
        assertThat(number).isZero();
        keeper.comesUp(5);
        assertThat(keeper.app().instances())
                .filteredOn(i -> i.wanted() && i.isUp())
                .extracting(Instance::index)
                .as("the old one with this number went, though another has the lower id")
                .doesNotHaveDuplicates();
    }

    @Test
    void aSmallerPoolDuringARestartGivesUpWhatIsNotStartedYet() {
        var keeper = serving(2, 3).hears(new Event.Define(shop("v2", 3, 3))).hears(new Event.Scale(SHOP, 1, 2));
        assertThat(keeper.app().instances()).filteredOn(Instance::wanted).hasSize(3);
    }

    @Test
    void aNewDaemonEndsTheChangeThatWasUnderWay() {
        var keeper = serving(2, 2).hears(new Event.Define(shop("v2", 2, 2))).comesUp(3);
        keeper.restoredWith(2, 3);
        assertThat(keeper.serving()).containsExactly(2L, 3L);
        assertThat(keeper.started()).containsExactly(5L);
        assertThat(keeper.comesUp(5).serving()).containsExactly(3L, 5L);
        assertThat(keeper.told(Happening.Settled.class)).containsExactly(new Happening.Settled(SHOP, 2, 2));
    }

    @Test
    void aNewDaemonGoesBackFromTheChangeThatWasUnderWay() {
        var keeper = serving(2, 2).hears(new Event.Define(shop("v2", 2, 2)));
        keeper.restoredWith(1, 2).exits(4);
        assertThat(keeper.app().definition()).isEqualTo(shop(2, 2));
        assertThat(keeper.serving()).containsExactly(1L, 2L);
    }
}
