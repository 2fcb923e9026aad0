package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.HomeLayout;
import footplate.api.json.Json;
import footplate.api.v1.Event;
import footplate.api.v1.LogsRequest;
import footplate.api.v1.TargetRequest;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Parsed;
import footplate.cli.parse.UsageException;
import footplate.cli.print.Colour;
import footplate.cli.print.Screen;
import footplate.cli.print.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** {@code logs}: the last lines of output, and with {@code -f} those that come. */
final class Logs {
    private static final int DEFAULT_LINES = 15;

    private Logs() {}

    static int logs(Parsed parsed, Surroundings around) throws UsageException, HomeLayout.Unusable, CallFailed {
        boolean out = parsed.has(Commands.OUT);
        boolean err = parsed.has(Commands.ERR);
        if (out && err) {
            throw new UsageException(
                    "--out --err", "each means only that stream", "Give one of them, or none for both.");
        }
        Integer lines = parsed.count(Commands.LINES);
        String target = parsed.operand(0);
        var request = new LogsRequest(
                target == null || target.equals(TargetRequest.ALL) ? null : target,
                lines == null ? DEFAULT_LINES : lines,
                parsed.has(Commands.FOLLOW),
                out ? LogsRequest.Streams.OUT : err ? LogsRequest.Streams.ERR : LogsRequest.Streams.BOTH);
        HomeLayout home = HomeLayout.of(around.environment());
        var sink = new Sink(around.screen(), parsed.has(Commands.JSON), request.follow());
        if (request.target() != null) {
            Reach.askFor(request.target(), home, around, client -> {
                client.logs(request, sink::take);
                return true;
            });
            return Cli.DONE;
        }
        List<Reach.Peer> peers = Reach.peers(home, around);
        if (peers.size() > 1 && request.follow()) {
            together(peers, request, sink);
        } else if (Reach.askAll(peers, client -> {
                    client.logs(request, sink::take);
                    return true;
                })
                .isEmpty()) {
            around.screen().note("No Footplate is running (home " + home.home() + ").");
        }
        return Cli.DONE;
    }

    /** Each is followed until the last of them ends. */
    private static void together(List<Reach.Peer> peers, LogsRequest request, Sink sink) throws CallFailed {
        try (ExecutorService followers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> ends = new ArrayList<>();
            for (Reach.Peer peer : peers) {
                ends.add(followers.submit(() -> {
                    peer.client().logs(request, sink::take);
                    return true;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } catch (ExecutionException ended) {
            if (ended.getCause() instanceof CallFailed failed) {
                if (!failed.notRunning()) {
                    throw failed;
                }
                return;
            }
            throw new IllegalStateException("a follower of logs broke", ended.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Prints lines, of several threads one at a time; ends the program when nobody reads on ({@code logs -f | head}). */
    private record Sink(Screen screen, boolean json, boolean flushes) {
        synchronized void take(Event line) {
            if (json) {
                screen.print(Json.text(line) + '\n');
            } else {
                boolean error = "err".equals(line.fields().get(Event.STREAM));
                String who = (line.app() == null ? "" : line.app()) + (line.id() == null ? "" : " " + line.id());
                String prefix = Words.harmless(who) + (error ? " ! " : " | ");
                screen.print((error ? Colour.RED : Colour.CYAN).paint(prefix, screen.colourOut()));
                screen.line(line.text());
            }
            if (flushes && screen.out().checkError()) {
                throw new ReaderGone();
            }
        }
    }

    /** Nobody reads our output any more: not a failure, and no reason to go on. */
    static final class ReaderGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ReaderGone() {
            super("nobody reads the output", null, false, false);
        }
    }
}
