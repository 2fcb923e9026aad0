package footplate.daemon.control;

import footplate.api.v1.Event;
import footplate.api.v1.LogsRequest;
import footplate.api.v1.LogsRequest.Streams;
import footplate.daemon.output.LastLines;
import footplate.daemon.output.LogFollower;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Shows what apps have printed: the last lines, then, where asked, every new one. */
final class Logs {
    private static final Pattern NAME = Pattern.compile("(.+)-(\\d+)\\.(out|err)\\.log");
    private static final Duration LOOK_FOR_NEW = Duration.ofMillis(250);

    private final Path folder;

    /** One log file. */
    private record Log(String app, int instance, boolean error, Path file) {
        String key() {
            return file.toString();
        }
    }

    /**
     * Logs of one home.
     *
     * @param folder where the log files are
     */
    Logs(Path folder) {
        this.folder = folder;
    }

    /**
     * Tells the lines.
     *
     * @param wanted whether an app's instance is asked for
     */
    void tell(LogsRequest request, Wanted wanted, Consumer<Event> lines) throws InterruptedException {
        Predicate<Log> which = log -> wanted.test(log.app(), log.instance())
                && (request.streams() == Streams.BOTH || (request.streams() == Streams.ERR) == log.error());
        var logs = find(which);
        if (request.follow()) {
            follow(logs, request.lines(), which, lines);
        } else {
            tellLast(logs, request.lines(), lines);
        }
    }

    /** Which instances' lines are asked for. */
    interface Wanted {
        boolean test(String app, int instance);
    }

    /** The files' own order in time is all there is: lines of two files cannot be put in order among each other. */
    private static void tellLast(List<Log> logs, int count, Consumer<Event> lines) {
        var last = new ArrayList<Event>();
        for (var log : logs) {
            try {
                for (var line : LastLines.of(log.file(), count)) {
                    last.add(Event.line(log.app(), log.instance(), log.error(), line));
                }
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        lastOf(last, count).forEach(lines);
    }

    private static List<Event> lastOf(List<Event> all, int count) {
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    /** The last lines are the follower's, too: read by somebody else, a line between the two would be lost. */
    private void follow(List<Log> first, int count, Predicate<Log> which, Consumer<Event> lines)
            throws InterruptedException {
        var failure = new AtomicReference<RuntimeException>();
        Consumer<Event> careful = event -> {
            try {
                if (failure.get() == null) {
                    lines.accept(event);
                }
            } catch (RuntimeException gone) {
                failure.set(gone);
            }
        };
        Map<String, Log> shared = new ConcurrentHashMap<>();
        first.forEach(log -> shared.put(log.key(), log));
        var last = new ArrayList<Event>(); // the follower's own, as long as it has not begun
        var begun = new AtomicBoolean();
        Runnable begin = () -> {
            lastOf(last, count).forEach(careful);
            last.clear();
            begun.set(true);
        };
        try (var follower = LogFollower.start(first.stream().map(Logs::source).toList(), count, begin, (name, line) -> {
            var log = shared.get(name);
            if (log != null) {
                var event = Event.line(log.app(), log.instance(), log.error(), line);
                if (begun.get()) {
                    careful.accept(event);
                } else {
                    last.add(event);
                }
            }
        })) {
            while (failure.get() == null) {
                Thread.sleep(LOOK_FOR_NEW);
                for (var log : find(which)) {
                    if (shared.putIfAbsent(log.key(), log) == null) {
                        follower.add(source(log), Integer.MAX_VALUE);
                    }
                }
            }
        }
        throw failure.get();
    }

    private static LogFollower.Source source(Log log) {
        return new LogFollower.Source(log.key(), log.file());
    }

    /** The log files that are asked for, the one written to last at the end. */
    private List<Log> find(Predicate<Log> which) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(Logs::log)
                    .filter(log -> log.instance() >= 0)
                    .filter(which)
                    .sorted(Comparator.comparingLong(log -> modified(log.file())))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Log log(Path file) {
        var name = NAME.matcher(String.valueOf(file.getFileName()));
        if (!name.matches() || name.group(2).length() > 9) {
            return new Log("", -1, false, file);
        }
        return new Log(
                name.group(1), Integer.parseInt(name.group(2)), name.group(3).equals("err"), file);
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException gone) {
            return 0;
        }
    }
}
