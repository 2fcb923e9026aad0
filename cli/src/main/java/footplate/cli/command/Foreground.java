package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.HomeLayout;
import footplate.api.v1.ConfigureRequest;
import footplate.api.v1.StartRequest;
import footplate.core.config.Settings;
import footplate.core.config.Site;
import org.jspecify.annotations.Nullable;

/** Serves in this process until it is told to stop. */
public interface Foreground {
    /**
     * Serves the app until Ctrl-C (or {@code footplate stop}), its output on the terminal.
     *
     * @param request what to serve
     * @param server settings of the server
     * @param accessLog absolute path of the access log's file; null for the standard output
     * @param home the user's home; the run makes its own beneath it ({@link HomeLayout#run})
     * @param colours whether to colour what goes to the terminal
     * @return the exit code of the whole command
     * @throws CallFailed if the app did not start, with its journey
     */
    int run(StartRequest request, Settings server, @Nullable String accessLog, HomeLayout home, boolean colours)
            throws CallFailed;

    /**
     * Serves what a configuration file says until Ctrl-C, the output of its apps on the terminal.
     *
     * @param home the user's home; the run makes its own beneath it ({@link HomeLayout#run})
     * @param colours whether to colour what goes to the terminal
     * @return the exit code of the whole command
     * @throws CallFailed if the file cannot be put in force, or an app did not start, with its journey
     */
    int run(ConfigureRequest request, HomeLayout home, boolean colours) throws CallFailed;

    /**
     * Serves a site until Ctrl-C.
     *
     * @return the exit code of the whole command
     * @throws CallFailed if it could not begin
     */
    int serve(Site site) throws CallFailed;
}
