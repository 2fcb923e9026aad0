package footplate.daemon.deploy;

import static footplate.daemon.deploy.Sample.NOW;
import static footplate.daemon.deploy.Sample.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.deploy.Ended;
import footplate.core.deploy.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReleaseStoreTest {
    @TempDir
    Path folder;

    private final List<String> troubles = new ArrayList<>();
    private ReleaseStore store;

    @BeforeEach
    void open() {
        store = new ReleaseStore(folder.resolve("releases"), false, () -> NOW, troubles::add);
    }

    private Release make(int code) throws IOException {
        var taken = store.begin(SHOP);
        Files.createDirectory(taken.files());
        Files.writeString(taken.files().resolve("app.js"), "1");
        var release = Sample.release(
                taken.number(), code == 0 ? taken.number() : code, taken.files().toString());
        store.write(taken, release);
        store.known(taken);
        return release;
    }

    private List<Integer> kept() {
        return store.history(SHOP).stream().filter(Past::kept).map(Past::number).toList();
    }

    @Test
    void aReleaseComesBackAsItWasWrittenAndIsItsOwnersAlone() throws Exception {
        var release = make(0);

        assertThat(store.release(SHOP, 1)).contains(release);
        var place = folder.resolve("releases/shop/1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve("release.json"))))
                .isEqualTo("rw-------");
        assertThat(troubles).isEmpty();
    }

    @Test
    void whatHasNoEndServesAndWhatServesHasNone() throws Exception {
        make(0);
        make(0);
        make(0);

        store.settle(SHOP, Set.of(1), 1, true, null);
        store.settle(SHOP, Set.of(1, 2), 2, false, null);
        store.settle(SHOP, Set.of(2), 2, true, null);
        store.settle(SHOP, Set.of(2, 3), 3, false, null);
        store.settle(SHOP, Set.of(2), 2, true, new ReleaseStore.Why(Ended.Kind.FAILED, "it never listened"));

        assertThat(store.history(SHOP))
                .extracting(Past::ended)
                .containsExactly(
                        new Ended(Ended.Kind.FAILED, "it never listened", NOW),
                        null,
                        new Ended(Ended.Kind.REPLACED, "replaced by 2", NOW));

        store.settle(SHOP, Set.of(1), 1, true, null);

        assertThat(store.history(SHOP).getLast().ended()).isNull();
        assertThat(store.history(SHOP).get(1).ended())
                .isEqualTo(new Ended(Ended.Kind.ROLLED_BACK, "rolled back to 1", NOW));
    }

    @Test
    void aReleaseTheKeeperDoesNotKnowOfYetIsNotTakenForOneThatFailed() throws Exception {
        var taken = store.begin(SHOP);
        store.write(taken, Sample.release(1));

        store.settle(SHOP, Set.of(), 0, true, null);

        assertThat(store.history(SHOP).getFirst().ended()).isNull();
    }

    @Test
    void theFiveLastAreKeptAndThatWhichRuns() throws Exception {
        for (int i = 0; i < 9; i++) {
            make(0);
        }

        store.prune(SHOP, 9, Set.of(2, 9));

        assertThat(kept()).containsExactly(9, 8, 7, 6, 5, 2);
        assertThat(folder.resolve("releases/shop/2/files/app.js")).exists();
        assertThat(folder.resolve("releases/shop/3/files")).doesNotExist();
        assertThat(store.history(SHOP)).hasSize(9);
        assertThat(store.release(SHOP, 3)).isEmpty();
        try (var files = Files.walk(folder.resolve("releases/shop/3"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain("hunter2");
            }
        }
        assertThat(troubles).isEmpty();
    }

    @Test
    void aReleaseThatRunsAnothersCodeKeepsItAndCountsWithIt() throws Exception {
        make(0);
        for (int i = 0; i < 8; i++) {
            make(1);
        }

        store.prune(SHOP, 9, Set.of(9));

        assertThat(kept()).hasSize(9);
        for (int i = 0; i < 5; i++) {
            make(0);
        }
        store.prune(SHOP, 9, Set.of(9));
        assertThat(kept()).containsExactly(14, 13, 12, 11, 10, 9, 1);
    }

    @Test
    void theOneToGoBackToStaysHoweverManyWereTakenBackSince() throws Exception {
        make(0);
        store.settle(SHOP, Set.of(1), 1, true, null);
        for (int number = 2; number < 10; number++) {
            make(0);
            store.settle(SHOP, Set.of(number), number, true, null);
            store.prune(SHOP, number, Set.of(number));

            assertThat(store.before(SHOP, number)).hasValue(1);
            store.settle(SHOP, Set.of(1), 1, true, null);
            store.prune(SHOP, 1, Set.of(1));
        }
        assertThat(kept()).containsExactly(9, 8, 7, 6, 5, 1);
        assertThat(folder.resolve("releases/shop/1/files/app.js")).exists();
    }

    @Test
    void fiftyAreRemembered() throws Exception {
        for (int i = 0; i < 53; i++) {
            make(0);
        }

        store.prune(SHOP, 53, Set.of(53));

        assertThat(store.history(SHOP).stream().map(Past::number).toList())
                .isEqualTo(IntStream.iterate(53, n -> n > 3, n -> n - 1).boxed().toList());
    }

    @Test
    void ofAReleaseThatFailedTheReasonIsKept() throws Exception {
        var taken = store.begin(SHOP);
        Files.createDirectory(taken.files());
        var why = new Ended(Ended.Kind.FAILED, "the build ended with exit code 3", NOW);

        store.failed(taken, Past.of(Sample.release(1), false, why));

        assertThat(taken.files()).doesNotExist();
        assertThat(store.history(SHOP)).singleElement().satisfies(past -> {
            assertThat(past.kept()).isFalse();
            assertThat(past.ended()).isEqualTo(why);
        });
        assertThat(store.begin(SHOP).number()).isEqualTo(2);
    }

    @Test
    void aDaemonThatDiedWhileOneWasMadeLeavesNothingHalf() throws Exception {
        make(0);
        var half = store.begin(SHOP);
        Files.createDirectory(half.files());
        Files.writeString(half.files().resolve("app.js"), "1");
        Files.writeString(half.folder().resolve("release.json.new"), "{\"for");

        open();
        store.sweep();

        assertThat(half.folder()).doesNotExist();
        assertThat(kept()).containsExactly(1);
        assertThat(store.begin(SHOP).number()).isEqualTo(2);
    }

    @Test
    void aRemovalThatWasBegunIsEnded() throws Exception {
        make(0);
        make(0);
        var place = folder.resolve("releases/shop/1");
        Files.writeString(place.resolve("past.json"), ReleaseJson.write(Past.of(Sample.release(1), false, null)));
        Files.createDirectories(folder.resolve("releases/.gone-old/1/files"));

        store.sweep();

        assertThat(kept()).containsExactly(2);
        assertThat(place.resolve("files")).doesNotExist();
        assertThat(folder.resolve("releases/.gone-old")).doesNotExist();
        assertThat(store.history(SHOP)).hasSize(2);
    }

    @Test
    void aForgottenAppBeginsAnew() throws Exception {
        make(0);
        var locked = Files.createDirectory(folder.resolve("releases/shop/1/files/locked"));
        Files.writeString(locked.resolve("x"), "");
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-x------"));

        store.forget(SHOP);

        assertThat(folder.resolve("releases")).isEmptyDirectory();
        assertThat(store.history(SHOP)).isEmpty();
        assertThat(store.begin(SHOP).number()).isEqualTo(1);
    }
}
