package footplate.dist;

import footplate.api.client.CallFailed;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Problem;
import footplate.cli.command.Foreground;
import java.util.Map;

/** The way from the command line into the daemon's rooms; loaded only by the invocations that go there. */
final class Daemons {
    private Daemons() {}

    /** Is the background daemon until it is told to end. */
    static int run(Map<String, String> environment) {
        System.err.println("footplate: the daemon is not in this build (" + environment.size() + " variables)");
        return 1;
    }

    /** {@return what serves one app in this process} */
    static Foreground foreground() {
        return (request, home, _) -> {
            throw new CallFailed(ErrorAnswer.of(
                    ErrorAnswer.INTERNAL,
                    new Problem(request.path(), "the daemon is not in this build (home " + home.home() + ")", "")));
        };
    }
}
