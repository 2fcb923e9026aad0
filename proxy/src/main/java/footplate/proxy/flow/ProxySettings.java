package footplate.proxy.flow;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Sizes, limits and times of the data plane.
 *
 * @param loops event loops; 1 or more (nginx: worker_processes)
 * @param headLimit most bytes of a head, a request's (431) or an answer's (502); at least 4 KiB (nginx: large_client_header_buffers)
 * @param targetLimit most bytes of a request target (414)
 * @param connections most client connections; one more is answered 503 and closed (nginx: worker_connections)
 * @param headTimeout from a request's first byte to the end of its head (408; nginx: client_header_timeout)
 * @param bodyTimeout longest pause in a request's body (408; nginx: client_body_timeout)
 * @param keepAlive longest idle time between two requests (nginx: keepalive_timeout)
 * @param connectTimeout longest wait for a connection to a process (nginx: proxy_connect_timeout)
 * @param answerTimeout longest pause in an answer, the wait for its first byte included (504; nginx: proxy_read_timeout)
 * @param sendTimeout how long a client may take nothing of an answer that waits for it (nginx: send_timeout)
 * @param upstreamKeepAlive longest idle time of a connection to a process that names none itself
 * @param halfClosed how long a client that has closed its sending side is still served: a closed and a half-closed
 *     client look the same until something is sent to it
 * @param lingering how long a refused client's remaining bytes are read, so that it sees the answer (nginx: lingering_time)
 * @param underscores field names with an underscore pass (nginx: underscores_in_headers)
 * @param bugs is told of mistakes of ours that ended a request; called on event loops, must return at once
 */
public record ProxySettings(
        int loops,
        int headLimit,
        int targetLimit,
        int connections,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration keepAlive,
        Duration connectTimeout,
        Duration answerTimeout,
        Duration sendTimeout,
        Duration upstreamKeepAlive,
        Duration halfClosed,
        Duration lingering,
        boolean underscores,
        Consumer<Throwable> bugs) {
    public ProxySettings {
        if (loops < 1 || headLimit < 4_096 || targetLimit < 256 || connections < 1) {
            throw new IllegalArgumentException(
                    "proxy with %d loops, heads of %d bytes, targets of %d, %d connections: too small"
                            .formatted(loops, headLimit, targetLimit, connections));
        }
    }

    /** One loop per core and the times nginx has. */
    public static ProxySettings usual(Consumer<Throwable> bugs) {
        return new ProxySettings(
                Runtime.getRuntime().availableProcessors(),
                64 * 1024,
                16 * 1024,
                16_384,
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(75),
                Duration.ofSeconds(5),
                Duration.ofMinutes(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(3),
                Duration.ofSeconds(5),
                false,
                bugs);
    }

    /** The same with another number of loops. */
    public ProxySettings withLoops(int count) {
        return new ProxySettings(
                count,
                headLimit,
                targetLimit,
                connections,
                headTimeout,
                bodyTimeout,
                keepAlive,
                connectTimeout,
                answerTimeout,
                sendTimeout,
                upstreamKeepAlive,
                halfClosed,
                lingering,
                underscores,
                bugs);
    }

    /** The same, telling mistakes to somebody else. */
    public ProxySettings withBugs(Consumer<Throwable> told) {
        return new ProxySettings(
                loops,
                headLimit,
                targetLimit,
                connections,
                headTimeout,
                bodyTimeout,
                keepAlive,
                connectTimeout,
                answerTimeout,
                sendTimeout,
                upstreamKeepAlive,
                halfClosed,
                lingering,
                underscores,
                told);
    }

    /** The same with other times for clients; the test of each needs them short. */
    public ProxySettings withTimes(
            Duration head, Duration body, Duration idle, Duration answer, Duration send, Duration half) {
        return new ProxySettings(
                loops,
                headLimit,
                targetLimit,
                connections,
                head,
                body,
                idle,
                connectTimeout,
                answer,
                send,
                upstreamKeepAlive,
                half,
                lingering,
                underscores,
                bugs);
    }

    /** The same with another limit of client connections. */
    public ProxySettings withConnections(int most) {
        return new ProxySettings(
                loops,
                headLimit,
                targetLimit,
                most,
                headTimeout,
                bodyTimeout,
                keepAlive,
                connectTimeout,
                answerTimeout,
                sendTimeout,
                upstreamKeepAlive,
                halfClosed,
                lingering,
                underscores,
                bugs);
    }
}
