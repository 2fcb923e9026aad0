package footplate.proxy.rule;

import footplate.core.rule.users.Credentials;
import footplate.core.rule.users.RememberedLogins;
import footplate.core.rule.users.UserFile;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who may log in by users' files. Passwords are hashed on threads of their own, few of them, as that is slow on purpose: no loop and no file waits
 * for it. What was right is remembered for some minutes. A file is looked at anew about once a second while it is asked for. Safe for any thread.
 */
public final class Logins implements AutoCloseable {
    private static final int THREADS = 2;

    /** Most logins that wait for a thread; one more is refused. */
    private static final int MOST_WAITING = 64;

    private static final long BELIEVED_NANOS = 1_000_000_000L;

    /** A file that was written so shortly before it was read may be written again within the same time stamp. */
    private static final long YOUNG_MILLIS = 2_000;

    private static final int KEY = 32;

    private final ThreadPoolExecutor threads;
    private final Consumer<Throwable> bugs;
    private final RememberedLogins remembered;
    private final Map<String, Reading> readings = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    /** What became of a login. */
    public enum Answer {
        RIGHT,
        WRONG,
        /** The file cannot be read. */
        UNREADABLE
    }

    /**
     * A users' file as it was read.
     *
     * @param users null if it could not be
     * @param number which of all readings: what was remembered of another does not count
     * @param stamp null if it has to be read again
     */
    private record Reading(
            @Nullable UserFile users, long number, @Nullable Stamp stamp, long checkedNanos) {}

    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {}

    Logins(Consumer<Throwable> bugs) {
        this.bugs = bugs;
        var key = new byte[KEY];
        new SecureRandom().nextBytes(key);
        this.remembered = new RememberedLogins(key);
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().daemon().name("footplate-logins-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** Whether they are known to be right, without anything slow. On a loop. */
    public boolean knows(String file, Credentials credentials, long nowNanos) {
        var reading = readings.get(file);
        return reading != null
                && reading.users() != null
                && nowNanos - reading.checkedNanos() < BELIEVED_NANOS
                && remembered.knows(reading.number(), credentials, nowNanos);
    }

    /**
     * Finds out whether they are right.
     *
     * @param told is told on {@code loop}
     * @return false if too many wait already, and nobody will be told
     */
    public boolean check(String file, Credentials credentials, EventLoop loop, Consumer<Answer> told) {
        try {
            threads.execute(() -> {
                Answer answer;
                try {
                    answer = answer(file, credentials);
                } catch (RuntimeException | Error mistake) {
                    // Whatever it is, the request must not wait for ever.
                    bugs.accept(mistake);
                    answer = Answer.UNREADABLE;
                }
                tell(loop, told, answer);
            });
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    private static void tell(EventLoop loop, Consumer<Answer> told, Answer answer) {
        try {
            loop.execute(() -> told.accept(answer));
        } catch (RejectedExecutionException gone) {
            // With its loop the request is gone, too.
            return;
        }
    }

    private Answer answer(String file, Credentials credentials) {
        var reading = reading(file, System.nanoTime());
        var users = reading.users();
        if (users == null) {
            return Answer.UNREADABLE;
        }
        // Another request of the same client may just have been through this.
        if (remembered.knows(reading.number(), credentials, System.nanoTime())) {
            return Answer.RIGHT;
        }
        if (!users.admits(credentials)) {
            return Answer.WRONG;
        }
        remembered.remember(reading.number(), credentials, System.nanoTime());
        return Answer.RIGHT;
    }

    private Reading reading(String file, long nowNanos) {
        var known = readings.get(file);
        if (known != null && nowNanos - known.checkedNanos() < BELIEVED_NANOS) {
            return known;
        }
        var now = read(file, known, nowNanos);
        readings.put(file, now);
        return now;
    }

    private Reading read(String file, @Nullable Reading known, long nowNanos) {
        try {
            var path = Path.of(file);
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            var stamp = new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            if (known != null && known.users() != null && stamp.equals(known.stamp())) {
                return new Reading(known.users(), known.number(), stamp, nowNanos);
            }
            if (!attributes.isRegularFile() || attributes.size() > UserFile.LARGEST) {
                throw new IOException("it is no file, or larger than " + UserFile.LARGEST + " bytes");
            }
            long age =
                    System.currentTimeMillis() - attributes.lastModifiedTime().toMillis();
            var users = UserFile.of(Files.readAllBytes(path));
            var mistake = users.mistake();
            var before = known == null || known.users() == null
                    ? null
                    : known.users().mistake();
            if (mistake != null && !mistake.equals(before)) {
                bugs.accept(new OperatorsMistake("users' file " + file + ", " + mistake));
            }
            return new Reading(users, numbers.incrementAndGet(), Math.abs(age) < YOUNG_MILLIS ? null : stamp, nowNanos);
        } catch (IOException | InvalidPathException unreadable) {
            if (known == null || known.users() != null) {
                bugs.accept(new OperatorsMistake("users' file " + file + " cannot be read ("
                        + Objects.requireNonNullElse(unreadable.getMessage(), "no reason is known")
                        + "): nobody can log in there. Put it there, readable for the user that Footplate runs as."));
            }
            return new Reading(null, numbers.incrementAndGet(), null, nowNanos);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
