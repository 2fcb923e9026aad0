package footplate.proxy.flow;

import footplate.core.config.Entry.Binding;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.http.HeaderEdit;
import footplate.core.http.Method;
import footplate.core.http.RequestEdit;
import footplate.core.http.RequestHead;
import footplate.core.http.ResponseHead;
import footplate.core.match.RequestVariables;
import footplate.core.name.RunId;
import footplate.core.retry.NextUpstream.Condition;
import footplate.core.retry.RetryRule;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Gate;
import footplate.core.route.Target;
import footplate.core.route.Way;
import footplate.core.supervise.StartFailure;
import footplate.proxy.access.AccessEntry;
import footplate.proxy.body.Spool;
import footplate.proxy.body.SpoolUser;
import footplate.proxy.files.FileAnswer;
import footplate.proxy.page.Page;
import footplate.proxy.page.Pages;
import footplate.proxy.tunnel.Tunnel;
import footplate.proxy.upstream.Discard;
import footplate.proxy.upstream.UpstreamConnection;
import footplate.proxy.upstream.UpstreamUser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request from its head to the end of its answer, used again for the next one of the same client. On its loop only.
 *
 * <ol>
 *   <li>{@link #begin}: the table is read once, the app found, the head for the process written;
 *   <li>{@link #body}: what of the body is at hand is kept, to be sent with the head and, if need be, again;
 *   <li>{@link #dispatch}: its route's rules ({@link RuleStep}) answer, or ask somebody, or a static file answers, or
 *   <li>{@link #admit}: a place is claimed, or waited for in the app's queue;
 *   <li>{@link #forward}: an idle connection or a new one carries the request;
 *   <li>the answer is passed on as it comes; a failure before its first byte asks {@link RetryRule};
 *   <li>{@link #over}: exactly once, the place goes back and the outcome is counted.
 * </ol>
 *
 * <p>Longer than 500 lines: its steps share the state of one request, and pieces of it would cost each request objects.
 */
public final class Exchange implements UpstreamUser, SpoolUser {
    /** A part of an answer that goes on at once: its bytes are still near, and the next part gets the same buffer. */
    private static final int LARGE_PART = 16 * 1024;

    /** How long nobody tries a process that could not be reached; of one that died the table says so much sooner. */
    private static final Duration REFUSED_FOR = Duration.ofMillis(200);

    /** Name servers are given up long before that: nobody waits for ever. */
    private static final Duration LONGEST_LOOKUP = Duration.ofSeconds(30);

    private static final String NO_ANSWER = "The app did not answer.";

    private static final String NO_SERVER = "No server for this is there.";

    private final Loop loop;
    private final Client client;
    private final AppLookup apps;
    private final KeptRequest request;
    private final FileStep files;
    private final RequestFacts facts;
    private @Nullable String address;
    private @Nullable Object lookup;
    private final Attempt attempt;

    private Phase phase = Phase.IDLE;
    private @Nullable AppRoute route;
    private @Nullable Target target;
    private @Nullable UpstreamConnection upstream;
    private @Nullable Tunnel tunnel;
    private long taken;
    private long takenSinceMillis;
    private final Sides sides = new Sides();
    private @Nullable PlaceWait ticket;
    private @Nullable Future<?> timer;
    private @Nullable AccessEntry access;
    private @Nullable RuleStep rules;
    private Method method = Method.OTHER;
    private boolean html;
    private boolean oldVersion;
    private boolean webSocket;
    private boolean readsFirst;
    private boolean readsLater;
    private boolean endsHere;
    private boolean holdsTunnel;
    private boolean replayable;
    private boolean answered;
    private boolean probes;
    private boolean spared;
    private Condition condition = Condition.ERROR;
    private int sent;
    private int refused;
    private long sinceNanos;
    private long waitsSinceNanos;
    private long sentMillis;

    public Exchange(Loop loop, Client client) {
        this.loop = loop;
        this.client = client;
        this.apps = new AppLookup(loop.captured());
        this.request = new KeptRequest(loop, this);
        this.files = new FileStep(loop, this);
        this.facts = new RequestFacts(client);
        this.attempt = new Attempt(facts);
    }

    /**
     * Begins a request.
     *
     * @param head to be read before this returns
     * @param forwardedLines what {@link RequestEdit#forwardedLines} made for this client
     * @param atHand bytes that have come behind it already
     */
    public void begin(RequestHead head, Binding binding, byte[] forwardedLines, int atHand) {
        if (phase != Phase.IDLE) {
            throw new IllegalStateException("a request begins while the one before it is " + phase);
        }
        phase = Phase.BEGUN;
        loop.counters().requests++;
        sinceNanos = System.nanoTime();
        method = head.method();
        html = head.acceptsHtml();
        oldVersion = head.oldVersion();
        webSocket = head.webSocket();
        readsFirst = false;
        readsLater = false;
        endsHere = head.endsHere();
        replayable = true;
        answered = false;
        probes = false;
        spared = false;
        sent = 0;
        refused = 0;
        facts.begin(null);
        address = null;
        var table = loop.table().current();
        route = apps.find(table, binding, head);
        var step = apps.way() == null ? null : RuleStep.of(loop, this, client, apps, head, forwardedLines);
        rules = step;
        if (step != null) {
            step.begin(facts, sinceNanos);
        }
        if (route != null) {
            route = sides.choose(route, head);
            attempt.begin(route, head, loop.captured());
            address = address(head);
        }
        var lines = step == null ? forwardedLines : step.forwardedLines();
        var whose = route == null || table.isNobody(route) ? null : route.app();
        var logged = loop.accessLog().begin(whose, settings(), head, lines, sinceNanos);
        if (logged != null) {
            access = logged;
            client.logs(logged);
        }
        if (step == null) {
            keep(head, lines, HeaderEdit.NONE, atHand);
        } else {
            step.retarget();
            keep(step.head(), lines, step.requestEdit(), atHand);
        }
    }

    /** Looks for a file, and writes the head for a process. */
    private void keep(RequestHead head, byte[] lines, HeaderEdit edit, int atHand) {
        if (route != null && files.begin(route, head, html, sinceNanos)) {
            return;
        }
        boolean whole = false;
        if (route != null && head.hasBody() && route.buffers() && (serves(route) || address != null)) {
            whole = true;
            // Whoever is asked first is asked before the body: nobody sends us that who may not.
            readsLater = rules != null && rules.stops();
            readsFirst = !readsLater;
            head.meetExpectation();
        }
        var out = loop.out();
        RequestEdit.write(head, lines, loop.choices(), edit, out);
        if (access != null) {
            access.addId(out);
        }
        request.head(out, head.hasBody() ? atHand : 0, whole ? settings().bytes(Setting.BUFFER_MEMORY) : -1);
    }

    /** The address that the request's parts make; null if its route has no such. */
    private @Nullable String address(RequestHead head) {
        var way = apps.way();
        return way != null && way.lead() instanceof Way.ToAddress(var phrase, var _)
                ? phrase.render(new RequestVariables(head, loop.captured().groups(), facts))
                : null;
    }

    private static boolean serves(AppRoute app) {
        return app.availability() instanceof Availability.Serving;
    }

    /** Whether a request has begun and was not dispatched yet. */
    public boolean begun() {
        return phase == Phase.BEGUN;
    }

    /** Most bytes of its body; 0 for any number. */
    public long mostBody() {
        return settings().bytes(Setting.MAX_BODY_SIZE);
    }

    /** Whether all of its body has to be in hand before it is dispatched. */
    public boolean readsFirst() {
        return readsFirst;
    }

    /** A request whose head was not understood, or never came in full, was answered so. */
    public void headRefused(Binding binding, byte[] forwardedLines, int status, long bodyBytes) {
        var app = AppLookup.only(loop.table().current(), binding);
        if (app == null) {
            loop.accessLog().refused(null, loop.settings(), forwardedLines, status, bodyBytes);
        } else {
            loop.accessLog().refused(app.app(), app.http(), forwardedLines, status, bodyBytes);
        }
    }

    /** Whether {@link #body} may be called. */
    public boolean takesBody() {
        return switch (phase) {
            case BEGUN, FILE, QUEUED, CONNECTING -> request.hasRoom();
            case SENT, RECEIVING -> upstream != null && upstream.accepts();
            case IDLE, ASKING, TUNNEL -> false;
        };
    }

    /** The next {@code length} bytes of the body, framing included, are taken from {@code source}. */
    public void body(ByteBuf source, int length) {
        if (rules != null) {
            rules.body(source, length);
        }
        if (length >= LARGE_PART) {
            loop.counters().large();
        }
        if (upstream != null && (phase == Phase.SENT || phase == Phase.RECEIVING)) {
            replayable = false;
            upstream.sendBody(source.readRetainedSlice(length));
        } else {
            request.add(source, length);
            keptInFull();
        }
        copyIfComplete();
    }

    private void copyIfComplete() {
        if (rules != null && request.bytes() != null && client.bodyComplete()) {
            rules.complete(request, method);
        }
    }

    /** Whether what {@link #body} took is still with us, though its process could have it, or waits for one. */
    public boolean holdsBody() {
        return switch (phase) {
            case SENT, RECEIVING -> upstream != null && upstream.unsent() > 0;
            case BEGUN, ASKING, FILE, QUEUED, CONNECTING -> true;
            case IDLE, TUNNEL -> false;
        };
    }

    /** Whether the body can be read no further where little of it is to be kept: {@link Client#resumeBody} will tell. */
    public boolean stopsBody() {
        return switch (phase) {
            case BEGUN, SENT, RECEIVING -> !takesBody();
            case ASKING, FILE, QUEUED, CONNECTING -> true;
            case IDLE, TUNNEL -> false;
        };
    }

    /** No more than a little is to wait for the process from now on. */
    public void narrow() {
        if (upstream != null && (phase == Phase.SENT || phase == Phase.RECEIVING)) {
            upstream.narrow();
        }
    }

    /** There is no memory to keep what comes of the body. */
    public void noMemory() {
        abandonUpstream();
        if (phase == Phase.RECEIVING) {
            over(Outcome.BROKEN);
            client.broken();
        } else {
            refuse(Pages.error(503, "There is no memory for the rest of this request.", html, 1));
        }
    }

    /** What {@link #body} took may go out. */
    public void flushBody() {
        if (upstream != null) {
            upstream.flush();
        }
    }

    /** Whether there was room for what came of a body that has to be in hand first; if not, that was it. */
    private void keptInFull() {
        if (phase == Phase.BEGUN && request.trouble() != null) {
            refuse(Pages.error(503, "There is no room to keep this request until it is complete.", html, 1));
        }
    }

    @Override
    public void spoolMoved() {
        switch (phase) {
            case BEGUN -> {
                keptInFull();
                client.resumeBody();
            }
            case SENT, RECEIVING -> sendRest();
            case IDLE, ASKING, FILE, QUEUED, CONNECTING, TUNNEL -> {}
        }
    }

    /** Sends on what is kept of the body. */
    private void sendRest() {
        if (upstream != null && request.hasRest()) {
            request.sendRest(upstream);
            client.sent();
            if (request.trouble() == Spool.Trouble.UNREADABLE) {
                abandonUpstream();
                refuse(500, "What was kept of the request could not be read again.");
            }
        }
    }

    /** Begun, and what of the body is at hand was taken: off it goes. */
    public void dispatch() {
        waitsSinceNanos = readsFirst ? System.nanoTime() : sinceNanos;
        if (loop.memoryFull()) {
            refuse(Pages.error(503, "Too much waits for slow clients: there is no memory for this request.", html, 1));
        } else if (route == null) {
            refuse(nowhere());
        } else if (rules == null || rules.go()) {
            proceed(route);
        }
    }

    /** What is answered to a request for which there is no route. */
    private Page nowhere() {
        return switch (apps.why()) {
            case NO_ROUTE -> Pages.error(404, "No app answers here under this host name.", html);
            case NO_PATH -> Pages.error(400, "The path of this request cannot be understood.", html);
            case TOO_LONG_A_SEARCH -> {
                loop.tell(
                        new AppMistake(
                                "a request took an expression of a route so long that it was given up: it got 503; write the expression so that it does not go back and forth"));
                yield Pages.error(503, "Where this request belongs cannot be found out in time.", html);
            }
        };
    }

    /** Its route's rules have nothing against it. */
    private void proceed(AppRoute app) {
        copyIfComplete();
        if (endsHere) {
            refuse(Pages.options(html));
        } else if (files.wanted()) {
            phase = Phase.FILE;
            files.go();
        } else if (address != null && apps.way() != null) {
            lookUp(app, address, apps.way());
        } else {
            admit(app);
        }
    }

    /** Somebody is asked whether it may go on. */
    void asks() {
        phase = Phase.ASKING;
    }

    /**
     * It may.
     *
     * @param more lines that its head gets
     */
    void passed(byte[] more) {
        var app = route;
        if (app == null) {
            throw new IllegalStateException("a request passes that has no route");
        }
        if (more.length > 0 && request.bytes() != null) {
            request.insert(more);
        }
        phase = Phase.BEGUN;
        readsFirst = readsLater;
        if (readsFirst && !client.bodyComplete()) {
            client.awaitBody();
        } else {
            waitsSinceNanos = System.nanoTime();
            proceed(app);
            client.resumeBody();
        }
    }

    /** Where its address leads to may have to be asked for. */
    private void lookUp(AppRoute nobody, String where, Way way) {
        phase = Phase.QUEUED;
        var asked = new Object();
        lookup = asked;
        var own = way.lead() instanceof Way.ToAddress(var _, var resolver) ? resolver : "";
        var resolvers = own.isEmpty() ? loop.table().current().routing().resolvers() : List.of(own);
        timer = loop.events()
                .schedule(guarded(() -> lookedTooLong(asked)), LONGEST_LOOKUP.toMillis(), TimeUnit.MILLISECONDS);
        loop.pools().find(where, resolvers, nobody, System.nanoTime(), found -> {
            if (loop.events().inEventLoop()) {
                found(asked, found);
            } else {
                loop.events().execute(guarded(() -> found(asked, found)));
            }
        });
    }

    private void lookedTooLong(Object asked) {
        if (lookup == asked) {
            refuse(Pages.error(504, "No name server has told in time where this request leads to.", html));
        }
    }

    private void found(Object asked, RunTimePools.Lookup found) {
        if (lookup != asked) {
            // The client has not waited for it.
            return;
        }
        lookup = null;
        cancelTimer();
        switch (found) {
            case RunTimePools.Leads(var pool) -> {
                route = pool;
                attempt.leadsTo(pool);
                admit(pool);
            }
            case RunTimePools.Nowhere(var why) -> refuse(Pages.error(502, why, html));
        }
    }

    /** A file is the answer; it is released by the client. */
    void fileAnswers(FileAnswer answer, Outcome outcome) {
        var edited = rules == null ? answer : rules.answered(answer);
        over(outcome);
        client.answer(edited);
    }

    /** An answer of our own that is no page. */
    void replies(FileAnswer answer) {
        over(Outcome.REFUSED);
        client.answer(answer);
    }

    /** The app's answer is a file: its body is not wanted, and its process has done its part. */
    private void sendNamed(ResponseHead head, UpstreamConnection connection, String root) {
        upstream = null;
        phase = Phase.FILE;
        attempt.succeeded();
        release();
        if (client.bodyComplete() && !request.hasRest()) {
            Discard.rest(
                    loop.upstream(), connection, settings().millis(Setting.UPSTREAM_KEEPALIVE_TIMEOUT), loop.events());
        } else {
            // A process that answered before it had the whole request may take the rest for another one.
            connection.close();
        }
        files.goNamed(head, root);
    }

    /** No file answers: it is for a process. */
    void admit(AppRoute app) {
        if (app.availability() instanceof Availability.FilesOnly) {
            refuse(FileStep.nothing(method, html));
            return;
        }
        long now = System.nanoTime();
        var place = app.gate().claim(app, attempt, now);
        if (place != null) {
            forward(place, now);
        } else if (attempt.mayWait()) {
            queue(app, now, false);
        } else {
            refuse(Pages.error(502, NO_SERVER, html));
        }
    }

    private void queue(AppRoute app, long now, boolean again) {
        attempt.waits();
        var wait = new PlaceWait(loop.events(), app.gate(), attempt, this::waitEnded);
        ticket = wait;
        phase = Phase.QUEUED;
        var admission = again ? app.gate().queueAgain(wait, now) : app.gate().queue(wait, now);
        if (admission != Gate.Admission.QUEUED) {
            // It does not stand in the queue, so it must not leave it.
            ticket = null;
        }
        switch (admission) {
            case QUEUED -> {
                long left = app.queueTimeout().toNanos() - (now - waitsSinceNanos);
                timer = loop.events().schedule(guarded(this::waitedTooLong), Math.max(left, 0), TimeUnit.NANOSECONDS);
            }
            case QUEUE_FULL -> refuse(Pages.error(503, "Too many requests are waiting for this app.", html, 1));
            case STOPPED -> stopped(app);
            case FAILED -> refuse(Unavailable.page(loop.table().current(), app, html));
        }
    }

    /** No process will come on this side; a new release that was taken back leaves its requests to the running one. */
    private void stopped(AppRoute side) {
        var instead = Sides.instead(loop.table().current(), side);
        if (instead == null) {
            refuse(Pages.stopped(html));
        } else {
            route = instead;
            admit(instead);
        }
    }

    private void waitedTooLong() {
        if (phase == Phase.QUEUED
                && ticket != null
                && route != null
                && route.gate().leave(ticket)) {
            refuse(Pages.error(504, "This request has waited too long for a free process.", html));
        }
        // Otherwise a place is on its way.
    }

    private boolean waitEnded(PlaceWait ended, @Nullable Target place, @Nullable StartFailure failure) {
        var app = route;
        if (ticket != ended || app == null) {
            return false;
        }
        ticket = null;
        cancelTimer();
        try {
            if (place != null) {
                forward(place, System.nanoTime());
            } else if (failure == null) {
                stopped(app);
            } else {
                refuse(Unavailable.page(app, failure, html));
            }
        } catch (RuntimeException | Error mistake) {
            crashed(mistake);
        }
        return true;
    }

    private void forward(Target place, long nowNanos) {
        target = place;
        sides.claimed(place, nowNanos);
        if (route != null) {
            attempt.claimed(route, place);
        }
        if (access != null) {
            access.claimed(place, waitsSinceNanos, nowNanos);
        }
        var idle = loop.upstream().idle(place, nowNanos);
        if (idle == null) {
            connect(place);
        } else {
            send(idle);
        }
    }

    private void connect(Target place) {
        phase = Phase.CONNECTING;
        upstream = null;
        var announcement = place.proxyProtocol() == 0 ? null : client.announcement(place.proxyProtocol());
        var attempt = loop.upstream().connect(place, settings().millis(Setting.CONNECT_TIMEOUT), announcement, this);
        if (attempt != null) {
            // A Unix socket connects, or does not, before this comes back: then the request is further already.
            if (phase == Phase.CONNECTING && upstream == null) {
                upstream = attempt;
            }
        } else {
            refuse(Pages.error(503, "No connection to the app can be made: too many files are open.", html, 1));
        }
    }

    @Override
    public void connected(UpstreamConnection connection) {
        if (probes) {
            // It lives: the request's failure had another reason than its end.
            connection.close();
            upstream = null;
            fail(NO_ANSWER);
        } else {
            send(connection);
        }
    }

    private void send(UpstreamConnection connection) {
        phase = Phase.SENT;
        upstream = connection;
        sent++;
        sentMillis = loop.nowMillis();
        taken = Long.MIN_VALUE;
        attempt.sent();
        connection.send(this, request.first(), method == Method.HEAD, oldVersion, !method.idempotent());
        client.sent();
        sendRest();
    }

    @Override
    public void notConnected(Throwable cause) {
        condition = cause instanceof ConnectTimeoutException ? Condition.TIMEOUT : Condition.ERROR;
        upstream = null;
        probes = false;
        refused++;
        var place = target;
        var app = route;
        if (attempt.external()) {
            if (app != null && place != null) {
                app.gate().told(place);
            }
        } else if (app != null && place != null && app.gate().unreachable(place)) {
            var gate = app.gate();
            loop.events()
                    .schedule(
                            () -> gate.tryAgain(place, System.nanoTime()),
                            REFUSED_FOR.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
        again(RetryRule.Failure.NOT_CONNECTED, true);
    }

    @Override
    public void failed(Trouble trouble) {
        boolean nothing = upstream != null && upstream.nothingDelivered();
        upstream = null;
        condition = Condition.ERROR;
        // What comes is a new wait: while a process had the request, it waited for no place.
        waitsSinceNanos = System.nanoTime();
        switch (trouble) {
            case REUSED_CLOSED -> again(RetryRule.Failure.REUSED_CONNECTION_CLOSED, nothing);
            case NEW_CLOSED -> again(RetryRule.Failure.NEW_CONNECTION_CLOSED, nothing);
            case CUT -> fail("The app closed the connection in the middle of its answer.");
            case MALFORMED -> {
                if (answered || !goesOn(Condition.INVALID_HEADER)) {
                    fail("The app's answer is not HTTP as it is understood here.");
                }
            }
        }
    }

    private void again(RetryRule.Failure failure, boolean nothingDelivered) {
        var failedAt = target;
        var app = route;
        if (failedAt == null || app == null) {
            throw new IllegalStateException("a request without a place failed at it");
        }
        switch (decision(app, failure, nothingDelivered)) {
            case GIVE_UP -> {
                if (condition == Condition.TIMEOUT) {
                    notConnectedInTime();
                } else {
                    fail(NO_ANSWER);
                }
            }
            case SAME_PROCESS_NEW_CONNECTION -> {
                loop.counters().retried++;
                connect(failedAt);
            }
            case ANOTHER_PROCESS -> {
                if (failure == RetryRule.Failure.NEW_CONNECTION_CLOSED && !affordable(app)) {
                    if (attempt.external()) {
                        fail(NO_ANSWER);
                    } else {
                        probe(failedAt);
                    }
                    return;
                }
                loop.counters().retried++;
                attempt.failed(condition);
                attempt.tried(failedAt);
                if (failure == RetryRule.Failure.NEW_CONNECTION_CLOSED) {
                    // Its client is spared; the process has failed it all the same.
                    sides.failed();
                }
                release();
                long now = System.nanoTime();
                var other = app.gate().claimOther(app, failedAt, attempt, now);
                if (other != null) {
                    forward(other, now);
                } else if (attempt.mayWait()) {
                    queue(app, now, true);
                } else {
                    refuse(Pages.error(502, NO_SERVER, html));
                }
            }
        }
    }

    /**
     * Has another server answer in place of this one, whose failure is known while nothing of it has gone to the client.
     *
     * @return false if that is not wanted, or nobody else is there
     */
    private boolean goesOn(Condition condition) {
        var failedAt = target;
        var app = route;
        if (failedAt == null
                || app == null
                || !attempt.external()
                || !attempt.allows(condition, method.idempotent(), true, replayable, refused, tries(app))) {
            return false;
        }
        attempt.tried(failedAt);
        long now = System.nanoTime();
        var other = app.gate().claimOther(app, failedAt, attempt, now);
        if (other == null) {
            return false;
        }
        if (!affordable(app)) {
            app.gate().unclaim(other, now);
            return false;
        }
        loop.counters().retried++;
        attempt.failed(condition);
        sides.failed();
        abandonUpstream();
        release();
        answered = false;
        forward(other, now);
        return true;
    }

    /**
     * There is no budget to send it again. Where its process refuses connections now it has died, and took everything it
     * had in hand with it: that is no fault of the requests, and each is spared it once.
     */
    private void probe(Target failedAt) {
        if (spared) {
            fail(NO_ANSWER);
        } else {
            spared = true;
            probes = true;
            connect(failedAt);
        }
    }

    private RetryRule.Decision decision(AppRoute app, RetryRule.Failure failure, boolean nothingDelivered) {
        var decision = RetryRule.after(
                failure,
                answered,
                nothingDelivered,
                method.idempotent() || attempt.repeatsAny(),
                replayable,
                failure == RetryRule.Failure.NOT_CONNECTED ? refused : sent,
                tries(app));
        if (decision == RetryRule.Decision.ANOTHER_PROCESS
                && attempt.external()
                && !attempt.allows(
                        condition, method.idempotent(), !nothingDelivered, replayable, refused, tries(app))) {
            return RetryRule.Decision.GIVE_UP;
        }
        // An idle connection that closes happens to each request but once, and what was refused a connection has cost
        // no
        // process anything: neither takes a share of the budget.
        return app.http().count(Setting.RETRY_BUDGET) > 0 ? decision : RetryRule.Decision.GIVE_UP;
    }

    private static int tries(AppRoute app) {
        return app.http().count(Setting.TRIES);
    }

    private static boolean affordable(AppRoute app) {
        return app.gate().retries().take(app.http().count(Setting.RETRY_BUDGET));
    }

    private void notConnectedInTime() {
        sides.failed();
        attempt.failed(condition);
        refuse(Pages.error(504, "The app took no connection in time.", html));
    }

    /** No answer, or no more of it, will come from the process. */
    private void fail(String what) {
        sides.failed();
        attempt.failed(Condition.ERROR);
        if (phase == Phase.RECEIVING) {
            over(Outcome.BROKEN);
            client.broken();
        } else {
            refuse(Pages.error(502, what, html));
        }
    }

    /** The rest of its body cannot be had: an error, or where the answer has begun its end in the middle. */
    public void refuse(int status, String why) {
        abandonUpstream();
        if (phase == Phase.RECEIVING) {
            over(Outcome.BROKEN);
            client.broken();
        } else {
            refuse(Pages.error(status, why, html));
        }
    }

    void refuse(Page page) {
        refuse(page, "");
    }

    /** @param lines further field lines, each with its CRLF, for a request whose route has rules */
    void refuse(Page page, String lines) {
        var shown = loop.dressed(page, settings());
        var step = rules;
        over(Outcome.REFUSED);
        if (step == null) {
            client.answer(shown);
        } else {
            client.answer(step.page(shown, lines));
        }
    }

    @Override
    public void answerHead(ResponseHead head) {
        answered = true;
        if (head.interim()) {
            client.interim(head);
            if (upstream != null && !client.accepts()) {
                upstream.read(false);
            }
        } else if (head.status() == 101 && !(webSocket && head.webSocket())) {
            abandonUpstream();
            fail("The app changes to a protocol that it was not asked for.");
        } else {
            var condition = attempt.external() ? Condition.of(head.status()) : null;
            if (condition != null && goesOn(condition)) {
                return;
            }
            sides.answered(head);
            attempt.answered(head, target);
            var root = head.namesFile() ? settings().text(Setting.SENDFILE_ROOT) : "";
            if (!root.isEmpty() && upstream != null) {
                if (head.mayHaveContent()) {
                    sendNamed(head, upstream, root);
                    return;
                }
                head.dropNamedFile();
            }
            if (rules != null) {
                rules.answered(head);
            }
            phase = Phase.RECEIVING;
            client.head(head, bufferFor(head));
        }
    }

    /** What is made while it is sent waits in the process, not with us; so does what keeps nobody else from it. */
    private long bufferFor(ResponseHead head) {
        var app = route;
        return app == null || !app.buffers() || head.live() ? -1 : app.http().bytes(Setting.BUFFER_MEMORY);
    }

    @Override
    public void answerUpgraded(ByteBuf first) {
        var connection = upstream;
        if (connection == null) {
            first.release();
            return;
        }
        phase = Phase.TUNNEL;
        attempt.succeeded();
        upstream = null;
        if (target != null) {
            target.load().tunnelBegins();
            holdsTunnel = true;
        }
        client.flush();
        var early = client.early();
        tunnel = Tunnel.join(
                client.channel(),
                early == null ? Unpooled.EMPTY_BUFFER : early,
                connection.channel(),
                first,
                loop,
                this::tunnelEnded,
                loop::bug);
    }

    /**
     * Closes the WebSocket that its request has become, if a process of {@code run} is behind it.
     *
     * @return completed when it is closed; null if there is none
     */
    public @Nullable CompletableFuture<Void> closeWebSocket(RunId run) {
        var place = target;
        return tunnel == null || place == null || !place.run().equals(run) ? null : tunnel.part();
    }

    private void tunnelEnded() {
        tunnel = null;
        over(Outcome.ANSWERED);
        client.tunnelEnded();
    }

    @Override
    public void answerBody(ByteBuf part) {
        boolean large = part.readableBytes() >= LARGE_PART;
        client.body(part);
        if (large) {
            loop.counters().large();
            client.flush();
        }
        if (upstream != null && !client.accepts()) {
            client.flush();
            if (upstream != null && !client.accepts()) {
                upstream.read(false);
            }
        }
    }

    /** The client takes more of the answer again. */
    public void clientWritable() {
        if (upstream != null) {
            upstream.read(true);
        }
    }

    @Override
    public void answerPause() {
        client.flush();
    }

    @Override
    public void answerEnd(UpstreamConnection connection, boolean reusable) {
        upstream = null;
        // A process that answered before it had the whole request may take the rest for another one.
        if (reusable && client.bodyComplete() && !request.hasRest()) {
            long idle = settings().millis(Setting.UPSTREAM_KEEPALIVE_TIMEOUT);
            loop.upstream().giveBack(connection, System.nanoTime(), idle);
        } else {
            connection.close();
        }
        attempt.succeeded();
        over(Outcome.ANSWERED);
        client.end();
    }

    @Override
    public void upstreamWritable() {
        sendRest();
        client.resumeBody();
    }

    @Override
    public void crashed(Throwable bug) {
        loop.bug(bug);
        abandonUpstream();
        if (phase == Phase.RECEIVING) {
            over(Outcome.BROKEN);
            client.broken();
        } else if (phase != Phase.IDLE) {
            refuse(Pages.error(500, "The proxy made a mistake.", html));
        }
    }

    /** The process has been silent for too long: another server answers instead, or nobody. */
    public void silentTooLong() {
        if (phase != Phase.SENT || answered || !goesOn(Condition.TIMEOUT)) {
            answerTooSlow();
        }
    }

    /** The client waits no longer: the process is too slow, or the request has taken too long in all. */
    public void answerTooSlow() {
        sides.failed();
        attempt.failed(Condition.TIMEOUT);
        abandonUpstream();
        if (phase == Phase.RECEIVING) {
            over(Outcome.BROKEN);
            client.broken();
        } else {
            refuse(Pages.error(504, "The app took too long to answer.", html));
        }
    }

    /** The client is gone, or its request turned out to be malformed: the process is told by closing its connection. */
    public void abort() {
        if (phase == Phase.IDLE || phase == Phase.TUNNEL) {
            // A tunnel ends by itself when its connections are closed.
            return;
        }
        abandonUpstream();
        over(Outcome.CLIENT_GONE);
    }

    private void abandonUpstream() {
        if (upstream != null) {
            upstream.close();
            upstream = null;
        }
    }

    /** The one end of every request. */
    private void over(Outcome outcome) {
        if (phase == Phase.IDLE) {
            throw new IllegalStateException("a request ends that has not begun, or a second time");
        }
        if (phase == Phase.QUEUED && ticket != null && route != null) {
            // If a place is on its way already, waitEnded will send it back.
            route.gate().leave(ticket);
        }
        ticket = null;
        lookup = null;
        cancelTimer();
        if (rules != null) {
            rules.end();
            rules = null;
        }
        files.end();
        request.drop();
        release();
        phase = Phase.IDLE;
        route = null;
        if (access != null) {
            access.left();
            access = null;
        }
        loop.counters().ended(outcome);
    }

    private void release() {
        var place = target;
        if (place != null && route != null) {
            target = null;
            if (holdsTunnel) {
                holdsTunnel = false;
                place.load().tunnelEnds();
            }
            route.gate().release(place, System.nanoTime());
        }
    }

    /** A mistake in a task of its own ends this request as one in a connection's event would. */
    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error mistake) {
                crashed(mistake);
            }
        };
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** Looks at what has no timer of its own; called about once a second. */
    public void tick(long nowMillis) {
        if (tunnel != null) {
            tunnel.tick(
                    nowMillis,
                    settings().millis(Setting.TUNNEL_TIMEOUT),
                    settings().millis(Setting.SEND_TIMEOUT));
        } else if (isOverdue(nowMillis)) {
            if (target != null && route != null) {
                route.gate().overdue(target);
            }
            answerTooSlow();
        } else if (phase == Phase.SENT && upstream != null) {
            long before = taken;
            taken = upstream.bytesTaken();
            if (upstream.unsent() == 0 || taken != before) {
                takenSinceMillis = nowMillis;
            } else if (nowMillis - takenSinceMillis >= settings().millis(Setting.UPSTREAM_SEND_TIMEOUT)) {
                silentTooLong();
            }
        }
    }

    /** Whether a process has it in hand for longer than any request may take. */
    private boolean isOverdue(long nowMillis) {
        long most = settings().millis(Setting.MAX_REQUEST_TIME);
        return most > 0
                && upstream != null
                && (phase == Phase.SENT || phase == Phase.RECEIVING)
                && nowMillis - sentMillis >= most + Loop.TICK_MILLIS;
    }

    /** How long the whole request may take, in milliseconds; 0: any time. */
    public long requestTimeoutMillis() {
        return settings().millis(Setting.REQUEST_TIMEOUT);
    }

    /** How long the process may be silent, in milliseconds. */
    public long readTimeoutMillis() {
        return settings().millis(Setting.READ_TIMEOUT);
    }

    /** The app's settings; the server's before an app was found. */
    private Settings settings() {
        var app = route;
        return app == null ? loop.settings() : app.http();
    }

    /** Whether a request has begun and not ended. */
    public boolean active() {
        return phase != Phase.IDLE;
    }

    /** Whether what it waits for is the process's answer. */
    public boolean waitsForAnswer() {
        return phase == Phase.FILE || phase == Phase.SENT || phase == Phase.RECEIVING;
    }

    /** What a listing says of it; null if no request is under way. */
    public @Nullable RequestUnderWay underWay(long nowNanos) {
        var app = route;
        var bytes = request.bytes();
        if (app == null || bytes == null) {
            return null;
        }
        return Listing.of(
                app.app(),
                bytes,
                phase.listed(client.bodyComplete()),
                nowNanos - sinceNanos,
                target == null ? null : target.instance());
    }
}
