package footplate.proxy.flow;

import footplate.core.config.Setting;
import footplate.core.http.FieldValues;
import footplate.core.http.HeaderEdit;
import footplate.core.http.ResponseHead;
import footplate.core.rule.AuthServer;
import footplate.proxy.upstream.Discard;
import footplate.proxy.upstream.UpstreamConnection;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Another server is asked whether a request may pass (nginx: auth_request): 2xx lets it, 401 and 403 do not, anything else, and no answer in time, is an
 * error. Of its answer the head alone counts. On its loop only; tells its step once.
 */
final class AuthAsk implements HeadReader {
    /** What goes back to the client of a refusal. */
    private static final List<String> OF_REFUSAL = List.of("WWW-Authenticate", "Location", "Set-Cookie");

    private final Loop loop;
    private final RuleStep step;
    private final AuthServer server;
    private final byte[] head;
    private @Nullable UpstreamConnection connection;
    private @Nullable Future<?> timer;
    private String address = "";
    private boolean again;
    private boolean over;

    /** @param head what it is asked */
    AuthAsk(Loop loop, RuleStep step, AuthServer server, byte[] head) {
        this.loop = loop;
        this.step = step;
        this.server = server;
        this.head = head;
    }

    void begin() {
        long millis = server.timeout().toMillis();
        timer = loop.events()
                .schedule(() -> fail("did not answer within " + millis + " ms"), millis, TimeUnit.MILLISECONDS);
        var known = loop.rules().files().knownAddress(server.address());
        if (known != null) {
            address = known;
            ask();
            return;
        }
        try {
            loop.disk().execute(() -> {
                var found = loop.rules().files().address(server.address());
                RuleStep.onLoop(loop, () -> found(found));
            });
        } catch (RejectedExecutionException full) {
            fail("could not be looked up: too much waits");
        }
    }

    private void found(@Nullable String numeric) {
        if (over) {
            return;
        }
        if (numeric == null) {
            fail("is not known by that name");
        } else {
            address = numeric;
            ask();
        }
    }

    private void ask() {
        var target = loop.ruleRoom().target(address);
        var idle = loop.upstream().idle(target, System.nanoTime());
        if (idle == null) {
            connect();
        } else {
            send(idle);
        }
    }

    private void connect() {
        var attempt = loop.upstream()
                .connect(loop.ruleRoom().target(address), server.timeout().toMillis(), null, this);
        if (attempt == null) {
            fail("could not be connected to: too many files are open");
        } else if (connection == null && !over) {
            connection = attempt;
        }
    }

    @Override
    public void connected(UpstreamConnection made) {
        send(made);
    }

    private void send(UpstreamConnection to) {
        connection = to;
        to.send(this, loop.allocator().directBuffer(head.length).writeBytes(head), false, false, false);
    }

    @Override
    public void notConnected(Throwable cause) {
        connection = null;
        fail("could not be connected to");
    }

    @Override
    public void answerHead(ResponseHead answer) {
        var from = connection;
        if (answer.interim() || over || from == null) {
            return;
        }
        int status = answer.status();
        if (status == 101) {
            fail("changes to a protocol that it was not asked for");
            return;
        }
        var lines = status >= 300 ? lines(answer, OF_REFUSAL) : lines(answer, server.copied());
        connection = null;
        end();
        Discard.rest(loop.upstream(), from, loop.settings().millis(Setting.UPSTREAM_KEEPALIVE_TIMEOUT), loop.events());
        if (status >= 200 && status < 300) {
            step.allowed(lines);
        } else if (status == 401 || status == 403) {
            step.denied(status, lines);
        } else {
            step.undecided(server.authority(), "answered " + status);
        }
    }

    private static String lines(ResponseHead answer, List<String> names) {
        var lines = new StringBuilder();
        for (var name : names) {
            for (var value : FieldValues.of(answer, name)) {
                lines.append(HeaderEdit.line(name, value));
            }
        }
        return lines.toString();
    }

    @Override
    public void failed(Trouble trouble) {
        connection = null;
        if (trouble == Trouble.REUSED_CLOSED && !again && !over) {
            again = true;
            connect();
        } else {
            fail(trouble == Trouble.MALFORMED ? "did not answer in HTTP" : "closed the connection");
        }
    }

    @Override
    public void crashed(Throwable bug) {
        loop.bug(bug);
        fail("was asked wrongly");
    }

    private void fail(String why) {
        if (!over) {
            cancel();
            step.undecided(server.authority(), why);
        }
    }

    /** Nobody wants to know any more. */
    void cancel() {
        end();
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private void end() {
        over = true;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
