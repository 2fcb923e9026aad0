package footplate.api.client;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.Malformed;
import footplate.api.v1.Answer;
import footplate.api.v1.Apps;
import footplate.api.v1.Call;
import footplate.api.v1.ConfigurationInfo;
import footplate.api.v1.ConfigureRequest;
import footplate.api.v1.DeployRequest;
import footplate.api.v1.Deployed;
import footplate.api.v1.DiffRequest;
import footplate.api.v1.Differences;
import footplate.api.v1.Event;
import footplate.api.v1.Lines;
import footplate.api.v1.LogsRequest;
import footplate.api.v1.OptionalTarget;
import footplate.api.v1.PingInfo;
import footplate.api.v1.Releases;
import footplate.api.v1.ReloadRequest;
import footplate.api.v1.RequestsUnderWay;
import footplate.api.v1.RollbackRequest;
import footplate.api.v1.ScaleRequest;
import footplate.api.v1.ServerCounts;
import footplate.api.v1.ServerSettings;
import footplate.api.v1.SetRequest;
import footplate.api.v1.StartRequest;
import footplate.api.v1.TargetRequest;
import footplate.api.v1.UpgradeInfo;
import footplate.api.v1.UpgradeRequest;
import footplate.api.v1.Upstreams;
import footplate.api.v1.Wire;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a running Footplate over its control socket: one connection a call, on the caller's thread.
 *
 * <p>Answers about what is must come within {@link #ANSWER_LIMIT}; a call that does something takes as long as it takes, and ends with the connection.
 */
public final class ControlClient {
    /** How long an answer to a question may take. */
    public static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private final Path socket;

    /**
     * Makes a client; connects to nothing yet.
     *
     * @param socket see {@link HomeLayout#controlSocket}
     */
    public ControlClient(Path socket) {
        this.socket = socket;
    }

    /**
     * Asks who is there.
     *
     * @param limit longest wait for the answer; above 0
     */
    public PingInfo ping(Duration limit) throws CallFailed {
        return call(Call.PING, JsonBody.EMPTY, limit, ControlClient::ignore, PingInfo::read);
    }

    /** Returns when the app is ready; {@code START_FAILED} with its journey if it does not become so. */
    public Apps start(StartRequest request, Consumer<Event> events) throws CallFailed {
        return call(Call.START, request, null, events, Apps::read);
    }

    public Apps stop(String target, Consumer<Event> events) throws CallFailed {
        return call(Call.STOP, new TargetRequest(target), null, events, Apps::read);
    }

    public Apps restart(String target, Consumer<Event> events) throws CallFailed {
        return call(Call.RESTART, new TargetRequest(target), null, events, Apps::read);
    }

    public Apps delete(String target, Consumer<Event> events) throws CallFailed {
        return call(Call.DELETE, new TargetRequest(target), null, events, Apps::read);
    }

    public Apps scale(ScaleRequest request, Consumer<Event> events) throws CallFailed {
        return call(Call.SCALE, request, null, events, Apps::read);
    }

    /** Returns when the new release serves alone; fails if it does not come to that. */
    public Deployed deploy(DeployRequest request, Consumer<Event> events) throws CallFailed {
        return call(Call.DEPLOY, request, null, events, Deployed::read);
    }

    public Deployed reload(ReloadRequest request, Consumer<Event> events) throws CallFailed {
        return call(Call.RELOAD, request, null, events, Deployed::read);
    }

    public ConfigurationInfo configure(ConfigureRequest request, Consumer<Event> events) throws CallFailed {
        return call(Call.CONFIGURE, request, null, events, ConfigurationInfo::read);
    }

    public Deployed rollback(RollbackRequest request, Consumer<Event> events) throws CallFailed {
        return call(Call.ROLLBACK, request, null, events, Deployed::read);
    }

    public Releases history(String app) throws CallFailed {
        return call(Call.HISTORY, new TargetRequest(app), ANSWER_LIMIT, ControlClient::ignore, Releases::read);
    }

    public Differences diff(DiffRequest request) throws CallFailed {
        return call(Call.DIFF, request, ANSWER_LIMIT, ControlClient::ignore, Differences::read);
    }

    /**
     * Has a rollout do something else.
     *
     * @param what {@link Call#PROMOTE}, {@link Call#ABORT}, {@link Call#PAUSE} or {@link Call#RESUME}
     */
    public Apps steer(Call what, String app, Consumer<Event> events) throws CallFailed {
        return call(what, new TargetRequest(app), null, events, Apps::read);
    }

    /** Every setting of the server. */
    public ServerSettings settings() throws CallFailed {
        return call(Call.SETTINGS, JsonBody.EMPTY, ANSWER_LIMIT, ControlClient::ignore, ServerSettings::read);
    }

    /** Returns the setting as it is then, once the change is on disk. */
    public ServerSettings set(SetRequest request, Consumer<Event> events) throws CallFailed {
        return call(Call.SET, request, null, events, ServerSettings::read);
    }

    public Apps list() throws CallFailed {
        return call(Call.LIST, JsonBody.EMPTY, ANSWER_LIMIT, ControlClient::ignore, Apps::read);
    }

    public Upstreams upstreams() throws CallFailed {
        return call(Call.UPSTREAMS, JsonBody.EMPTY, ANSWER_LIMIT, ControlClient::ignore, Upstreams::read);
    }

    public ServerCounts counts() throws CallFailed {
        return call(Call.COUNTS, JsonBody.EMPTY, ANSWER_LIMIT, ControlClient::ignore, ServerCounts::read);
    }

    public Apps describe(String target) throws CallFailed {
        return call(Call.DESCRIBE, new TargetRequest(target), ANSWER_LIMIT, ControlClient::ignore, Apps::read);
    }

    /**
     * Requests under way now.
     *
     * @param target an app's name or an instance's id; null for all
     */
    public RequestsUnderWay requests(@Nullable String target) throws CallFailed {
        return call(
                Call.REQUESTS, new OptionalTarget(target), ANSWER_LIMIT, ControlClient::ignore, RequestsUnderWay::read);
    }

    /** Hands on each line; returns after the last one, or never if it follows. */
    public void logs(LogsRequest request, Consumer<Event> lines) throws CallFailed {
        call(Call.LOGS, request, request.follow() ? null : ANSWER_LIMIT, lines, fields -> fields);
    }

    /** Returns when every app is stopped and the daemon is about to end. */
    public Apps kill(Consumer<Event> events) throws CallFailed {
        return call(Call.KILL, JsonBody.EMPTY, null, events, Apps::read);
    }

    /** Returns when the new daemon serves; fails with the reason, and the old one goes on, if it does not come to that. */
    public UpgradeInfo upgrade(@Nullable String launcher, Consumer<Event> events) throws CallFailed {
        return call(Call.UPGRADE, new UpgradeRequest(launcher), null, events, UpgradeInfo::read);
    }

    /** Hands on what happens until the other side goes away. */
    public void events(Consumer<Event> events) throws CallFailed {
        call(Call.EVENTS, JsonBody.EMPTY, null, events, fields -> fields);
    }

    /**
     * Makes a call and waits for its end.
     *
     * @param limit longest wait from one line of the answer to the next; null for none
     */
    private <T> T call(
            Call call, JsonBody body, @Nullable Duration limit, Consumer<Event> events, Fields.Reading<T> reading)
            throws CallFailed {
        try (SocketChannel channel = connect();
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            var patient = new Patient(channel, selector, key, limit);
            byte[] request = Wire.request(call, body);
            if (request.length > Wire.MAX_REQUEST_BYTES) {
                throw new CallFailed(
                        CallFailed.UNREACHABLE,
                        call.wireName(),
                        "the request has " + request.length + " bytes and may have " + Wire.MAX_REQUEST_BYTES,
                        "Make the environment smaller: 'env -i PATH=\"$PATH\" HOME=\"$HOME\" footplate …'.");
            }
            patient.send(ByteBuffer.wrap(request));
            return answer(new Lines(patient, Wire.MAX_ANSWER_BYTES), events, reading);
        } catch (Malformed malformed) {
            throw new CallFailed(
                    malformed.what().startsWith("ended") ? CallFailed.CLOSED : CallFailed.BAD_ANSWER,
                    socket.toString(),
                    "what came back is no answer of Footplate's: " + malformed.getMessage(),
                    "Is the daemon of another version? 'footplate kill' ends it; see daemon.log beside the socket.");
        } catch (LateException _) {
            throw new CallFailed(
                    CallFailed.NO_ANSWER,
                    socket.toString(),
                    "there is no answer to '" + call.wireName() + "'"
                            + (limit == null ? "" : " for " + limit.toMillis() + " ms"),
                    "See daemon.log beside the socket; the process is named in daemon.pid.");
        } catch (IOException broken) {
            throw closed(broken);
        }
    }

    private <T> T answer(Lines lines, Consumer<Event> events, Fields.Reading<T> reading)
            throws IOException, Malformed, CallFailed {
        while (true) {
            String line = lines.next();
            if (line == null) {
                throw closed(null);
            }
            switch (Wire.readAnswer(line)) {
                case Answer.Happened(Event event) -> events.accept(event);
                case Answer.Ok(Fields body) -> {
                    return reading.read(body);
                }
                case Answer.Failed(var error) -> throw new CallFailed(error);
            }
        }
    }

    private static void ignore(Event event) {
        // A question has no events today; a newer server may send some.
    }

    private CallFailed closed(@Nullable IOException why) {
        return new CallFailed(
                CallFailed.CLOSED,
                socket.toString(),
                "the connection was closed before the answer" + (why == null ? "" : ": " + why.getMessage()),
                "The daemon ended or was ended meanwhile; see daemon.log beside the socket.");
    }

    private SocketChannel connect() throws CallFailed {
        if (!Files.exists(socket)) {
            throw notRunning();
        }
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (ConnectException _) {
            close(channel);
            throw notRunning();
        } catch (SocketException refused) {
            close(channel);
            // Java has no type for these two: ENOENT between the look and the connect, and EACCES.
            String why = String.valueOf(refused.getMessage());
            throw why.contains("No such file") || why.contains("Connection refused") ? notRunning() : unreachable(why);
        } catch (IOException | IllegalArgumentException broken) {
            close(channel);
            throw unreachable(String.valueOf(broken.getMessage()));
        }
    }

    private CallFailed notRunning() {
        return new CallFailed(
                CallFailed.NOT_RUNNING,
                socket.toString(),
                "no Footplate is running here",
                "'footplate start' starts one.");
    }

    private CallFailed unreachable(String why) {
        return new CallFailed(
                CallFailed.UNREACHABLE,
                socket.toString(),
                "the control socket cannot be used: " + why,
                "It must belong to the user who calls; " + HomeLayout.VARIABLE + " names the folder it is in.");
    }

    private static void close(@Nullable SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException _) {
                // It never was connected: nothing is lost with it.
            }
        }
    }

    /** No byte came, or could be sent, in time. */
    private static final class LateException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Reads and writes with a bound on each wait, which a blocking Unix socket channel of the JDK does not have. */
    private record Patient(
            SocketChannel channel,
            Selector selector,
            SelectionKey key,
            @Nullable Duration limit) implements ReadableByteChannel {
        void send(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0) {
                    await(SelectionKey.OP_WRITE);
                }
            }
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            int read = channel.read(into);
            while (read == 0) {
                await(SelectionKey.OP_READ);
                read = channel.read(into);
            }
            return read;
        }

        private void await(int operation) throws IOException {
            key.interestOps(operation);
            if (limit == null) {
                selector.select();
            } else {
                if (selector.select(Math.max(1, limit.toMillis())) == 0) {
                    throw new LateException();
                }
            }
            selector.selectedKeys().clear();
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
