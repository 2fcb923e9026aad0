package footplate.proxy.files;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.http.AcceptEncoding;
import footplate.core.http.Conditions;
import footplate.core.http.Method;
import footplate.core.http.PathKey;
import footplate.core.http.RequestHead;
import footplate.core.http.StaticPath;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Static files. What was read of a file within the last second is answered on the loop that asks; everything else is
 * looked for on disk threads. Nothing older than {@link #BELIEVED_NANOS} is ever shown: a file that is asked for all the
 * time is looked at every {@link #AGEING_NANOS} beside its requests, one that is asked for less often within its request.
 * Safe for any thread.
 */
public final class FileDoor implements AutoCloseable {
    /** Longest time since a look at the disk that a file is shown without another. */
    private static final long BELIEVED_NANOS = 1_000_000_000L;

    /** A file that was looked at longer ago is looked at again, while it is shown. */
    private static final long AGEING_NANOS = 500_000_000L;

    /** What was not asked for this long, or twice as long at most, is let go. */
    private static final long SWEEP_NANOS = 15_000_000_000L;

    /** Most descriptors of larger files that are kept. */
    private static final int MOST_OPEN = 256;

    /** Most questions that wait for a disk; one more is refused. */
    private static final int MOST_WAITING = 1_024;

    private final ThreadPoolExecutor disks;
    private final Consumer<Throwable> bugs;
    private final FileCache cache;
    private final Disk disk;
    private final Map<String, Folder> folders = new ConcurrentHashMap<>();
    private final Map<String, Folder> named = new ConcurrentHashMap<>();
    private final ErrorPages errorPages;
    private final AtomicBoolean readingPages = new AtomicBoolean();
    private final AtomicLong sweptNanos = new AtomicLong(System.nanoTime());

    /**
     * @param settings the server's
     * @param threads how many files are looked for at once
     * @param bugs is told of mistakes of ours
     */
    public FileDoor(Settings settings, int threads, Consumer<Throwable> bugs) {
        this.disks = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().daemon().name("footplate-files-", 0).factory());
        disks.allowCoreThreadTimeOut(true);
        this.bugs = bugs;
        this.cache = new FileCache(settings.bytes(Setting.FILE_CACHE), MOST_OPEN);
        this.disk = new Disk(cache);
        this.errorPages = new ErrorPages(settings.text(Setting.ERROR_PAGES));
    }

    /** Serves by other settings from now on; any thread but a loop. */
    public void apply(Settings settings) {
        cache.limit(settings.bytes(Setting.FILE_CACHE));
    }

    /**
     * What is known of a request's file. On a loop.
     *
     * @param folder the public folder
     * @param alone whether no app stands behind it
     * @param fallback whether its index answers for pages that are no file
     * @param key the loop's, to ask with
     * @return the answer, held for the caller; or a query for {@link #find}; or null if the request is for no file
     */
    public @Nullable FileLookup look(
            String folder, RequestHead head, boolean alone, boolean fallback, PathKey key, long nowNanos) {
        boolean get = head.method() == Method.GET;
        if (!get && head.method() != Method.HEAD) {
            return null;
        }
        boolean page = fallback && head.acceptsHtml();
        var place = folders.get(folder);
        if (place != null && key.ask(head)) {
            var names = place.names();
            boolean top = alone && key.length() == 0;
            if (names != null && !top && names.lacks(key.firstName(), nowNanos)) {
                if (names.isAgeing(nowNanos)) {
                    refresh(place);
                }
                return page ? page(folder, place, head, get, alone, nowNanos) : null;
            } else {
                var ready = ready(place.files().get(key), head, get, nowNanos);
                if (ready != null) {
                    return ready;
                }
            }
        }
        var path = StaticPath.of(head);
        return path == null ? null : query(folder, path, head, get, alone, page);
    }

    /** The index, for a page that is certainly no file. */
    private @Nullable FileLookup page(
            String folder, Folder place, RequestHead head, boolean get, boolean alone, long nowNanos) {
        var path = StaticPath.of(head);
        if (path == null || !StaticPath.isPage(path)) {
            return null;
        }
        var ready = ready(place.files().get(PathKey.ROOT), head, get, nowNanos);
        return ready != null ? ready : query(folder, path, head, get, alone, true);
    }

    private static FileQuery query(
            String folder, String path, RequestHead head, boolean get, boolean alone, boolean fallback) {
        return new FileQuery(
                folder, path, head.path(), get, fallback, alone, Conditions.of(head), AcceptEncoding.of(head), null);
    }

    /** How old is too old to be shown without a look at the disk. */
    static boolean isOld(StoredFile file, long nowNanos) {
        return nowNanos - file.checkedNanos() >= BELIEVED_NANOS;
    }

    private @Nullable FileAnswer ready(@Nullable StoredFile file, RequestHead head, boolean get, long nowNanos) {
        if (file == null || isOld(file, nowNanos)) {
            return null;
        }
        if (nowNanos - file.checkedNanos() > AGEING_NANOS && file.claimCheck() && !offer(() -> check(file))) {
            file.unclaimCheck();
        }
        file.use();
        var conditions = Conditions.of(head);
        var form = file.varies() ? file.choose(AcceptEncoding.of(head), conditions) : file.plain();
        var answer = FileAnswers.of(form, conditions, get, null);
        return answer != null && answer.hold() ? answer : null;
    }

    private void check(StoredFile file) {
        try {
            disk.check(file, true);
        } finally {
            file.unclaimCheck();
        }
    }

    private void refresh(Folder folder) {
        if (folder.claimRefresh() && !offer(() -> refreshNow(folder))) {
            folder.refreshed();
        }
    }

    private static void refreshNow(Folder folder) {
        try {
            folder.root(System.nanoTime());
        } catch (IOException gone) {
            // The next request that needs it finds out.
            return;
        } finally {
            folder.refreshed();
        }
    }

    /** Something to be done beside the requests; false if the disks have too much to do. */
    private boolean offer(Runnable task) {
        try {
            disks.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error mistake) {
                    bugs.accept(mistake);
                }
            });
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    /**
     * Looks for a file; {@code user} is told on {@code loop}.
     *
     * @return false if the disks have too much to do, and it is not looked for
     */
    public boolean find(FileQuery query, EventLoop loop, FileUser user) {
        var place = (query.named() == null ? folders : named).computeIfAbsent(query.folder(), Folder::new);
        try {
            disks.execute(() -> find(place, query, loop, user));
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    private void find(Folder place, FileQuery query, EventLoop loop, FileUser user) {
        Runnable tell;
        FileAnswer held = null;
        try {
            switch (disk.find(place, query)) {
                case Disk.Found.Answer(var answer) -> {
                    held = answer;
                    tell = () -> user.fileFound(query, answer);
                }
                case Disk.Found.Nothing(var why) -> tell = () -> user.fileMissing(query, why);
            }
        } catch (RuntimeException | Error mistake) {
            // Whatever it is, the request must not wait for ever.
            tell = () -> user.crashed(query, mistake);
        }
        try {
            loop.execute(guarded(tell, query, user));
        } catch (RejectedExecutionException loopIsGone) {
            if (held != null) {
                held.release();
            }
        }
    }

    private static Runnable guarded(Runnable tell, FileQuery query, FileUser user) {
        return () -> {
            try {
                tell.run();
            } catch (RuntimeException | Error mistake) {
                user.crashed(query, mistake);
            }
        };
    }

    /** Called about once a second by each loop. */
    public void tick(long nowNanos) {
        long last = sweptNanos.get();
        if (nowNanos - last >= SWEEP_NANOS && sweptNanos.compareAndSet(last, nowNanos) && cache.files() > 0) {
            offer(this::sweep);
        }
        readErrorPages();
    }

    private void sweep() {
        cache.sweep();
        // Folders that are still in use come back with the next question.
        folders.values().removeIf(folder -> folder.files().isEmpty());
        named.values().removeIf(folder -> folder.files().isEmpty());
    }

    /** Operators' own pages. */
    public ErrorPages errorPages() {
        return errorPages;
    }

    /** Error pages are in these folders from now on. Any thread; returns at once. */
    public void errorPagesIn(Set<String> used) {
        errorPages.use(used);
        readErrorPages();
    }

    private void readErrorPages() {
        if (errorPages.inUse() && readingPages.compareAndSet(false, true) && !offer(this::readErrorPagesNow)) {
            readingPages.set(false);
        }
    }

    private void readErrorPagesNow() {
        // Before, not after: what is asked for while this reads is not lost.
        readingPages.set(false);
        errorPages.read();
    }

    /** Where files are read, for a body that cannot be sent by the kernel; it may refuse. */
    public Executor disk() {
        return disks;
    }

    /** Bytes of memory that files take. */
    public long memory() {
        return cache.bytes();
    }

    /** Descriptors of files that are kept open. */
    public int openFiles() {
        return cache.open();
    }

    @Override
    public void close() {
        disks.shutdown();
        cache.clear();
    }
}
