package footplate.dist;

import footplate.api.client.CallFailed;
import footplate.api.client.HomeLayout;
import footplate.api.v1.ConfigureRequest;
import footplate.api.v1.StartRequest;
import footplate.cli.command.Foreground;
import footplate.core.config.Settings;
import footplate.core.config.Site;
import footplate.daemon.DaemonMain;
import footplate.daemon.DaemonTraining;
import footplate.daemon.ForegroundRun;
import footplate.daemon.ForegroundSite;
import footplate.daemon.os.Marker;
import java.io.FileDescriptor;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The way from the command line into the daemon's rooms; loaded only by the invocations that go there. */
final class Daemons {
    /** The hidden command that the launcher calls with an app's folder to make the daemon's AOT cache. */
    static final String TRAIN = "train-daemon";

    private Daemons() {}

    /** Does once what a daemon does, for the JVM to watch. */
    static int train(Path app, Map<String, String> environment) {
        return DaemonTraining.run(app, environment, Main.version());
    }

    /** Is the background daemon until it is told to end. */
    static int run(Map<String, String> environment) {
        return DaemonMain.run(environment, Main.version(), Main.stream(FileDescriptor.out));
    }

    /** Makes a daemon that is started from within an app outlive that app. */
    static void unmark(Map<String, String> environment) {
        Marker.strip(environment);
    }

    /** {@return what serves in this process} */
    static Foreground foreground() {
        return new Foreground() {
            @Override
            public int run(
                    StartRequest request, Settings server, @Nullable String accessLog, HomeLayout home, boolean colours)
                    throws CallFailed {
                return new ForegroundRun(Main.stream(FileDescriptor.out), Main.stream(FileDescriptor.err), colours)
                        .run(request, server, accessLog, home, Main.version());
            }

            @Override
            public int run(ConfigureRequest request, HomeLayout home, boolean colours) throws CallFailed {
                return new ForegroundRun(Main.stream(FileDescriptor.out), Main.stream(FileDescriptor.err), colours)
                        .run(request, home, Main.version());
            }

            @Override
            public int serve(Site site) throws CallFailed {
                return new ForegroundSite(Main.stream(FileDescriptor.out), Main.stream(FileDescriptor.err)).run(site);
            }
        };
    }
}
