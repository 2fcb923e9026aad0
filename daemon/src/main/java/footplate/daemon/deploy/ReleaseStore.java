package footplate.daemon.deploy;

import footplate.api.json.Malformed;
import footplate.core.deploy.Ended;
import footplate.core.deploy.Release;
import footplate.core.name.AppName;
import footplate.daemon.keep.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The releases of all apps on disk: {@code releases/APP/N/} with {@code files/} (where the code was copied), {@code
 * release.json} (written last, never again: a release is there once it is), {@code served} once it has, and {@code ended.json}. Of a release that is kept no
 * longer {@code past.json} is left. Whatever instant a daemon ends at, the next one's {@link #sweep} finds which of these it is.
 *
 * <p>Several threads may work on different releases; one at a time on the releases of one app that were made.
 */
public final class ReleaseStore {
    /** Releases to go back to, the one that runs among them. */
    static final int KEPT = 5;

    /** Releases that are remembered. */
    static final int REMEMBERED = 50;

    private static final String RELEASE = "release.json";
    private static final String ENDED = "ended.json";
    private static final String PAST = "past.json";
    private static final String SERVED = "served";
    private static final String FILES = "files";

    /** Where the folder of a release goes before it is deleted: no number, so that nobody takes what is left for one. */
    private static final String GONE = ".gone-";

    private static final String OWNER_ONLY = "rwx------";

    /** Others can pass through to the code, and see nothing else: what else is there is its owner's alone. */
    private static final String PASSABLE = "rwx--x--x";

    private final Path folder;
    private final boolean passable;
    private final InstantSource clock;
    private final Consumer<String> troubles;

    // Numbers that are taken and not told to the Keeper yet: nobody may think they were never used.
    private final Set<Making> making = ConcurrentHashMap.newKeySet();

    /**
     * A release in the making: its number is taken.
     *
     * @param folder of the release; the code's place is {@link #files}
     */
    public record Making(AppName app, int number, Path folder) {
        /** Where the code is to be; not there yet. */
        public Path files() {
            return folder.resolve(FILES);
        }
    }

    /**
     * A store.
     *
     * @param folder made when the first release is
     * @param passable apps that run as other users can get at their own code
     * @param troubles told of what cannot be read or deleted
     */
    public ReleaseStore(Path folder, boolean passable, InstantSource clock, Consumer<String> troubles) {
        this.folder = folder;
        this.passable = passable;
        this.clock = clock;
        this.troubles = troubles;
    }

    /** Takes the next number of an app; {@link #write} or {@link #failed} ends the making. */
    public Making begin(AppName app) throws IOException {
        var ofApp = folder.resolve(app.value());
        if (!Files.isDirectory(ofApp)) {
            make(folder, Files::createDirectories);
            make(ofApp, Files::createDirectories);
        }
        for (int number = numbers(app).getLast() + 1; ; number++) {
            var taken = new Making(app, number, ofApp.resolve(Integer.toString(number)));
            making.add(taken);
            try {
                // Closed until its app's user is known: see SharedFolder.
                Files.createDirectory(
                        taken.folder(),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
                return taken;
            } catch (FileAlreadyExistsException faster) {
                making.remove(taken);
            } catch (IOException failure) {
                making.remove(taken);
                throw failure;
            }
        }
    }

    private interface Maker {
        Path make(Path folder, FileAttribute<?>... attributes) throws IOException;
    }

    private void make(Path place, Maker maker) throws IOException {
        var mode = PosixFilePermissions.fromString(passable ? PASSABLE : OWNER_ONLY);
        maker.make(place, PosixFilePermissions.asFileAttribute(mode));
        if (passable) {
            // Whatever the umask took away.
            Files.setPosixFilePermissions(place, mode);
        }
    }

    /** Makes the release: from now on it is there, whatever happens. {@link #known} follows. */
    public void write(Making taken, Release release) throws IOException {
        DurableFile.write(taken.folder().resolve(RELEASE), ReleaseJson.write(release));
        DurableFile.force(taken.folder().resolveSibling(""));
    }

    /** The Keeper knows of the release now, or never will. */
    public void known(Making taken) {
        making.remove(taken);
    }

    /** The same by number. */
    public void known(AppName app, int number) {
        making.removeIf(one -> one.app().equals(app) && one.number() == number);
    }

    /** Nothing came of it: only the reason is kept. */
    public void failed(Making taken, Past past) {
        try {
            remember(taken.folder(), past);
        } catch (IOException | RuntimeException unwritten) {
            // No room for the reason either: then not even the number is kept.
            discard(taken.folder());
        } finally {
            making.remove(taken);
        }
    }

    /** A release that is kept. */
    public Optional<Release> release(AppName app, int number) {
        var file = of(app, number).resolve(RELEASE);
        try {
            return Optional.of(ReleaseJson.release(Files.readString(file, StandardCharsets.UTF_8), troubles));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | RuntimeException | Malformed broken) {
            troubles.accept("the release %s cannot be read: %s".formatted(file, broken.getMessage()));
            return Optional.empty();
        }
    }

    /** What is remembered of an app's releases, the newest first. */
    public List<Past> history(AppName app) {
        var history = new ArrayList<Past>();
        for (int number : numbers(app)) {
            var past = past(app, number);
            if (past != null) {
                history.add(past);
            }
        }
        return history.reversed();
    }

    private @Nullable Past past(AppName app, int number) {
        if (number == 0) {
            return null;
        }
        var release = release(app, number);
        if (release.isPresent()) {
            return Past.of(release.get(), true, ended(app, number));
        }
        try {
            return ReleaseJson.past(Files.readString(of(app, number).resolve(PAST), StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException | Malformed unknown) {
            return null;
        }
    }

    private @Nullable Ended ended(AppName app, int number) {
        try {
            return ReleaseJson.ended(Files.readString(of(app, number).resolve(ENDED), StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException | Malformed none) {
            return null;
        }
    }

    /**
     * Brings the notes of an app's releases in line with what runs: those that do have no end, the others have one.
     *
     * @param live numbers of the releases that serve, are being rolled out, or are kept warm
     * @param current the one that serves when all is done
     * @param serves whether it does now: nothing is on its way any more
     * @param why what is known of the end of those that have none yet; null for nothing
     */
    public void settle(AppName app, Set<Integer> live, int current, boolean serves, @Nullable Why why) {
        for (int number : numbers(app)) {
            if (number == 0 || !Files.exists(of(app, number).resolve(RELEASE)) || isMaking(app, number)) {
                continue;
            }
            var file = of(app, number).resolve(ENDED);
            try {
                if (live.contains(number)) {
                    Files.deleteIfExists(file);
                    var served = of(app, number).resolve(SERVED);
                    if (serves && number == current && !Files.exists(served)) {
                        DurableFile.write(served, "");
                    }
                } else if (!Files.exists(file)) {
                    boolean served = Files.exists(of(app, number).resolve(SERVED));
                    DurableFile.write(file, ReleaseJson.write(end(number, current, served, why)));
                }
            } catch (IOException unwritten) {
                troubles.accept("why release %d of '%s' ended cannot be written: %s"
                        .formatted(number, app, unwritten.getMessage()));
            }
        }
    }

    /** Why a release ended. */
    public record Why(Ended.Kind kind, String text) {}

    private Ended end(int number, int current, boolean served, @Nullable Why why) {
        if (served) {
            var takenBack = why != null && why.kind() == Ended.Kind.ROLLED_BACK ? why : null;
            return number > current || takenBack != null
                    ? new Ended(
                            Ended.Kind.ROLLED_BACK,
                            "rolled back to " + current + (takenBack == null ? "" : ": " + takenBack.text()),
                            clock.instant())
                    : new Ended(Ended.Kind.REPLACED, "replaced by " + current, clock.instant());
        }
        return why == null
                ? new Ended(Ended.Kind.FAILED, "it never served all requests", clock.instant())
                : new Ended(why.kind(), why.text(), clock.instant());
    }

    private boolean isMaking(AppName app, int number) {
        return making.stream().anyMatch(one -> one.app().equals(app) && one.number() == number);
    }

    /** The number of the release that a rollback goes to: the last before {@code current} that served until another replaced it. */
    public OptionalInt before(AppName app, int current) {
        return before(history(app), current);
    }

    private static OptionalInt before(List<Past> newestFirst, int current) {
        return newestFirst.stream()
                .filter(past -> past.number() < current && past.kept())
                .filter(past -> {
                    var ended = past.ended();
                    return ended != null && ended.kind() == Ended.Kind.REPLACED;
                })
                .mapToInt(Past::number)
                .findFirst();
    }

    /**
     * Deletes what is too old: all but the five last that brought code of their own, those that run their code, those
     * that are live, and that which a rollback goes to; of the others it remembers 50.
     *
     * @param live also what a state on disk may still name
     */
    public void prune(AppName app, int current, Set<Integer> live) {
        var codes = new HashSet<Integer>();
        var history = history(app);
        var before = before(history, current);
        for (var past : history) {
            if (past.kept() && !isFailed(past) && codes.size() < KEPT) {
                codes.add(past.code());
            }
        }
        var needed = new HashSet<Integer>();
        for (var past : history) {
            // However many came after it: if all of those were taken back, it is the only one that is known to be good.
            boolean goneBackTo = before.isPresent() && before.getAsInt() == past.number();
            if (past.kept() && (live.contains(past.number()) || goneBackTo)) {
                needed.add(past.number());
                needed.add(past.code());
            }
        }
        int remembered = 0;
        for (var past : history) {
            boolean stays = live.contains(past.number())
                    || needed.contains(past.number())
                    || codes.contains(past.number())
                    || (past.kept() && !isFailed(past) && codes.contains(past.code()))
                    || isMaking(app, past.number());
            try {
                if (++remembered > REMEMBERED && !stays) {
                    discard(of(app, past.number()));
                } else if (!stays && past.kept()) {
                    remember(of(app, past.number()), past);
                }
            } catch (IOException failure) {
                troubles.accept(
                        "release %d of '%s' cannot be removed: %s".formatted(past.number(), app, failure.getMessage()));
            }
        }
    }

    private static boolean isFailed(Past past) {
        var ended = past.ended();
        return ended != null && ended.kind() == Ended.Kind.FAILED;
    }

    /** From a release to a memory of it: the note first, then the release goes, then what it had. */
    private static void remember(Path release, Past past) throws IOException {
        DurableFile.write(release.resolve(PAST), ReleaseJson.write(past));
        Files.deleteIfExists(release.resolve(RELEASE));
        Files.deleteIfExists(release.resolve(ENDED));
        Files.deleteIfExists(release.resolve(SERVED));
        FileTree.delete(release.resolve(FILES));
    }

    /** Deletes a release and every memory of it. */
    private void discard(Path release) {
        try {
            var gone = release.resolveSibling(GONE + release.getFileName());
            FileTree.delete(gone);
            Files.move(release, gone);
            FileTree.delete(gone);
        } catch (NoSuchFileException already) {
            // what was wanted
        } catch (IOException failure) {
            troubles.accept("the folder %s cannot be deleted: %s".formatted(release, failure.getMessage()));
        }
    }

    /** Forgets an app's releases. */
    public void forget(AppName app) {
        discard(folder.resolve(app.value()));
    }

    /** At a daemon's start, before any release is made: ends what an earlier one had begun. */
    public void sweep() {
        var left = new ArrayList<Path>();
        var past = new ArrayList<Path>();
        sweep(left, past);
        past.forEach(this::finish);
        left.forEach(this::sweepAway);
    }

    private void sweep(List<Path> left, List<Path> past) {
        for (var app : folders(folder)) {
            if (String.valueOf(app.getFileName()).startsWith(GONE)) {
                left.add(app);
                continue;
            }
            for (var release : folders(app)) {
                if (Files.exists(release.resolve(PAST))) {
                    past.add(release);
                } else if (!Files.exists(release.resolve(RELEASE))) {
                    left.add(release);
                }
            }
        }
    }

    private void finish(Path release) {
        try {
            Files.deleteIfExists(release.resolve(RELEASE));
            Files.deleteIfExists(release.resolve(ENDED));
            Files.deleteIfExists(release.resolve(SERVED));
            FileTree.delete(release.resolve(FILES));
        } catch (IOException failure) {
            troubles.accept("the folder %s cannot be emptied: %s".formatted(release, failure.getMessage()));
        }
    }

    private void sweepAway(Path unfinished) {
        try {
            FileTree.delete(unfinished);
        } catch (IOException failure) {
            troubles.accept("the folder %s cannot be deleted: %s".formatted(unfinished, failure.getMessage()));
        }
    }

    /** Apps that have releases. */
    public List<AppName> apps() {
        return folders(folder).stream()
                .map(app -> String.valueOf(app.getFileName()))
                .filter(name -> AppName.problemWith(name).isEmpty())
                .map(AppName::new)
                .toList();
    }

    /** Numbers that are taken, ascending, with 0 before them. */
    private List<Integer> numbers(AppName app) {
        var numbers = new ArrayList<>(List.of(0));
        for (var release : folders(folder.resolve(app.value()))) {
            var name = String.valueOf(release.getFileName());
            if (name.matches("[1-9][0-9]{0,8}")) {
                numbers.add(Integer.parseInt(name));
            }
        }
        numbers.sort(Comparator.naturalOrder());
        return numbers;
    }

    private static List<Path> folders(Path in) {
        var folders = new ArrayList<Path>();
        try (var all = Files.newDirectoryStream(in, Files::isDirectory)) {
            all.forEach(folders::add);
        } catch (IOException | DirectoryIteratorException none) {
            // No release was ever made.
        }
        return folders;
    }

    private Path of(AppName app, int number) {
        return folder.resolve(app.value()).resolve(Integer.toString(number));
    }
}
