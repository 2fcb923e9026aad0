package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.ControlClient;
import footplate.api.client.HomeLayout;
import footplate.api.v1.AppInfo;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.TargetRequest;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every Footplate of a home that can be talked to: the background daemon first, then foreground runs.
 *
 * <p>A daemon that died without a goodbye left its PID file and perhaps its apps: it is started again first, and takes them back.
 */
final class Reach {
    /**
     * One that was found in the files; whether it answers is seen when it is asked.
     *
     * @param run PID of a foreground run; 0 for the background daemon
     */
    record Peer(long run, ControlClient client) {
        /** {@return how notes call it} */
        String title() {
            return run == 0 ? "the background daemon" : "the foreground run " + run;
        }
    }

    /** A question that a Footplate may not be there to answer. */
    interface Question<T> {
        T ask(ControlClient client) throws CallFailed;
    }

    /**
     * What one of them answered.
     *
     * @param peer who
     */
    record Reply<T>(Peer peer, T answer) {}

    private Reach() {}

    /** {@return all that were found, in the order they are asked} */
    static List<Peer> peers(HomeLayout home, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        List<Peer> peers = new ArrayList<>();
        home.checkPrivate();
        Peer background = background(home, around);
        if (background != null) {
            peers.add(background);
        }
        for (HomeLayout run : home.foregroundRuns()) {
            run.checkPrivate();
            Long pid = Long.valueOf(String.valueOf(run.home().getFileName()));
            peers.add(new Peer(pid, new ControlClient(run.controlSocket())));
        }
        return peers;
    }

    /** {@return the background daemon; null if there is none and none was lost} */
    static @Nullable Peer background(HomeLayout home, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        var client = new ControlClient(home.controlSocket());
        Long lost = home.writtenPid();
        if (lost == null) {
            return Files.exists(home.controlSocket()) ? new Peer(0, client) : null;
        }
        try {
            client.ping(ControlClient.ANSWER_LIMIT);
        } catch (CallFailed failed) {
            if (!failed.notRunning()) {
                throw failed;
            }
            around.screen()
                    .note("The daemon (PID " + lost
                            + ") ended without a goodbye: starting it again, so that it takes its apps back.");
            Waking.wake(home, around);
        }
        return new Peer(0, client);
    }

    /** {@return the replies of all that are there} */
    static <T> List<Reply<T>> askAll(List<Peer> peers, Question<T> question) throws CallFailed {
        List<Reply<T>> replies = new ArrayList<>();
        for (Peer peer : peers) {
            try {
                replies.add(new Reply<>(peer, question.ask(peer.client())));
            } catch (CallFailed failed) {
                if (!failed.notRunning()) {
                    throw failed;
                }
            }
        }
        return replies;
    }

    /**
     * Asks those that know a target: of several, each if the target is {@code all}, otherwise the first, and says so.
     *
     * @throws CallFailed NOT_FOUND if none knows it; whatever the one said that failed
     */
    static <T> List<Reply<T>> askFor(String target, HomeLayout home, Surroundings around, Question<T> question)
            throws HomeLayout.Unusable, CallFailed {
        List<Peer> peers = peers(home, around);
        if (target.equals(TargetRequest.ALL)) {
            List<Reply<T>> replies = askAll(peers, question);
            if (replies.isEmpty()) {
                throw nobody(home);
            }
            return replies;
        }
        CallFailed notFound = null;
        for (int i = 0; i < peers.size(); i++) {
            Peer peer = peers.get(i);
            try {
                T answer = question.ask(peer.client());
                noteOthers(target, peer, peers.subList(i + 1, peers.size()), around);
                return List.of(new Reply<>(peer, answer));
            } catch (CallFailed failed) {
                if (failed.answer().code().equals(ErrorAnswer.NOT_FOUND)) {
                    notFound = notFound == null ? failed : notFound;
                } else if (!failed.notRunning()) {
                    throw failed;
                }
            }
        }
        throw notFound == null ? nobody(home) : notFound;
    }

    private static void noteOthers(String target, Peer taken, List<Peer> others, Surroundings around) {
        for (Peer other : others) {
            try {
                for (AppInfo app : other.client().list().apps()) {
                    if (app.name().equals(target)) {
                        around.screen()
                                .note("'" + target + "' is also an app of " + other.title() + "; this is about "
                                        + taken.title() + ".");
                    }
                }
            } catch (CallFailed _) {
                // Only a note would come of it: the answer itself is there.
            }
        }
    }

    private static CallFailed nobody(HomeLayout home) {
        return Cli.failure(
                CallFailed.NOT_RUNNING,
                home.home().toString(),
                "no Footplate is running here",
                "'footplate start' starts an app in the background, 'footplate run' one in the foreground.");
    }
}
