package footplate.cli.command;

import footplate.api.client.HomeLayout;
import java.io.IOException;

/** Starts the background daemon's process; the daemon itself sees to it that there is only one. */
@FunctionalInterface
public interface DaemonStarter {
    /** Exit code of a daemon that found another one at work: EX_TEMPFAIL of {@code sysexits.h}. */
    int ANOTHER_RUNS = 75;

    /**
     * Starts a daemon on a home that exists, detached from this process and its terminal, output appended to {@link HomeLayout#daemonLog}.
     *
     * @throws IOException if no process could be started
     */
    Process start(HomeLayout home) throws IOException;
}
