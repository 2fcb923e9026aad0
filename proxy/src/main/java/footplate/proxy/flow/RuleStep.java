package footplate.proxy.flow;

import footplate.core.config.routes.Rules;
import footplate.core.http.AuthRequest;
import footplate.core.http.FieldValues;
import footplate.core.http.HeadBytes;
import footplate.core.http.HeaderEdit;
import footplate.core.http.Method;
import footplate.core.http.RequestEdit;
import footplate.core.http.RequestHead;
import footplate.core.http.ResponseHead;
import footplate.core.http.Retarget;
import footplate.core.match.RequestVariables;
import footplate.core.rule.AuthServer;
import footplate.core.rule.ClientAddress;
import footplate.core.rule.Held;
import footplate.core.rule.RouteRules;
import footplate.core.rule.Verdict;
import footplate.core.rule.users.Credentials;
import footplate.proxy.files.FileAnswer;
import footplate.proxy.page.Page;
import footplate.proxy.page.Pages;
import footplate.proxy.rule.Logins;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the rules of its route do to one request. {@link #begin} decides all that the head is needed for; {@link #go} asks whom that leaves to be asked, users
 * and other servers, and has the request go on or answers it. On its loop only; made for each request whose route has rules.
 */
final class RuleStep {
    private static final byte[] NOBODY = new byte[4];
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private final Loop loop;
    private final Exchange exchange;
    private final Client client;
    private final List<RouteRules> rules;
    private final List<Held> held = new ArrayList<>();
    private final List<Ask> asks = new ArrayList<>();
    private final boolean html;

    private RequestHead head;
    private byte[] forwardedLines;
    private HeaderEdit requestEdit = HeaderEdit.NONE;
    private HeaderEdit answerEdit = HeaderEdit.NONE;
    private @Nullable String target;
    private @Nullable Runnable reply;
    private @Nullable AuthAsk asking;
    private @Nullable MirrorCopy mirror;
    private final StringBuilder more = new StringBuilder();
    private int asked;
    private boolean passed;
    private boolean ended;

    /** Somebody who has to be asked. */
    private sealed interface Ask {}

    private record Login(Rules.BasicAuth rule, @Nullable Credentials credentials) implements Ask {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Auth(AuthServer server, byte[] head) implements Ask {}

    private RuleStep(
            Loop loop,
            Exchange exchange,
            Client client,
            List<RouteRules> rules,
            RequestHead head,
            byte[] forwardedLines) {
        this.loop = loop;
        this.exchange = exchange;
        this.client = client;
        this.rules = rules;
        this.head = head;
        this.forwardedLines = forwardedLines;
        this.html = head.acceptsHtml();
    }

    /** The step for a request; null if the routes that it has come by have no rules. */
    static @Nullable RuleStep of(
            Loop loop, Exchange exchange, Client client, AppLookup apps, RequestHead head, byte[] forwardedLines) {
        var way = apps.way();
        if (way == null || (way.rules() == null && apps.passed().isEmpty())) {
            return null;
        }
        var rules = new ArrayList<RouteRules>();
        for (var before : apps.passed()) {
            if (before.rules() != null && before != way) {
                rules.add(before.rules());
            }
        }
        if (way.rules() != null) {
            rules.add(way.rules());
        }
        return rules.isEmpty() ? null : new RuleStep(loop, exchange, client, rules, head, forwardedLines);
    }

    /** Decides what can be decided now. The steps are in the order of {@link RouteRules}. */
    void begin(RequestFacts facts, long nowNanos) {
        var address = realAddress(facts);
        var variables = new RequestVariables(head, loop.captured().groups(), facts);
        for (var rule : rules) {
            answerEdit = answerEdit.and(rule.answerEdit(head, facts.scheme(), variables));
        }
        for (var rule : rules) {
            var mine = new Held();
            held.add(mine);
            reply = reply(rule, rule.first(head, address, mine, nowNanos));
            if (reply != null) {
                return;
            }
        }
        for (var rule : rules) {
            askUser(rule, nowNanos);
            askServer(rule, variables, facts);
        }
        var last = rules.getLast();
        if (last.redirectStatus() > 0) {
            var location = last.location(variables);
            int status = last.redirectStatus();
            reply = () -> exchange.refuse(Pages.moved(status, location, html), HeaderEdit.line("Location", location));
            return;
        }
        for (var rule : rules) {
            requestEdit = requestEdit.and(rule.requestEdit(variables));
            var other = rule.target(head, variables);
            target = other == null ? target : other;
            var copied = rule.mirror();
            if (copied != null
                    && mirror == null
                    && !head.webSocket()
                    && ThreadLocalRandom.current().nextInt(100) < copied.share()) {
                mirror = MirrorCopy.begin(loop, copied.to());
            }
        }
        passed = asks.isEmpty();
    }

    private ClientAddress realAddress(RequestFacts facts) {
        var bytes = client.address();
        var peer = ClientAddress.of(bytes.length == 0 ? NOBODY : bytes, facts.clientAddress());
        var real = peer;
        var before = facts.scheme();
        var scheme = before;
        for (var rule : rules) {
            var told = rule.client(head, peer);
            real = told == peer ? real : told;
            scheme = rule.scheme(head, peer, scheme);
        }
        if (real != peer || !scheme.equals(before)) {
            int port = scheme.equals(before) ? facts.port() : scheme.equals("https") ? HTTPS : HTTP;
            facts.real(real, scheme);
            forwardedLines = RequestEdit.forwardedLines(real.text(), scheme, port, loop.choices());
        }
        return real;
    }

    private @Nullable Runnable reply(RouteRules rule, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Passes() -> null;
            case Verdict.Maintained() -> () -> maintain(rule);
            case Verdict.Refused(var status, var why, var retryAfter) ->
                () -> exchange.refuse(Pages.error(status, why, html, retryAfter));
            case Verdict.Preflight(var lines) -> () -> exchange.replies(RuledAnswer.preflight(lines, answerEdit));
        };
    }

    private void askUser(RouteRules rule, long nowNanos) {
        var wanted = rule.basicAuth();
        if (wanted != null) {
            var credentials = Credentials.of(FieldValues.only(head, "Authorization"));
            if (credentials == null || !loop.rules().logins().knows(wanted.users(), credentials, nowNanos)) {
                asks.add(new Login(wanted, credentials));
            }
        }
    }

    private void askServer(RouteRules rule, RequestVariables variables, RequestFacts facts) {
        var server = rule.auth();
        if (server != null) {
            var out = new HeadBytes(1_024);
            AuthRequest.write(
                    head,
                    server.target(variables),
                    server.authority(),
                    facts.scheme(),
                    forwardedLines,
                    server.withheld(),
                    out);
            asks.add(new Auth(server, Arrays.copyOf(out.array(), out.length())));
        }
    }

    /** Whether the request needs no body to be answered: it is, or somebody is asked first. */
    boolean stops() {
        return !passed;
    }

    /** The head that the request goes on with; false if there is none, as its target would be too long. */
    boolean retarget() {
        var other = target;
        if (other == null) {
            return true;
        }
        var room = loop.ruleRoom();
        if (!Retarget.of(head, other, room.bytes(), room.head())) {
            passed = false;
            asks.clear();
            reply = () -> exchange.refuse(Pages.error(414, "The target is too long to be sent on.", html));
            return false;
        }
        head = room.head();
        return true;
    }

    /** The request's head with the target that it goes on with. */
    RequestHead head() {
        return head;
    }

    /** The lines that say who the client is. */
    byte[] forwardedLines() {
        return forwardedLines;
    }

    /** What changes in the request's fields. */
    HeaderEdit requestEdit() {
        return requestEdit;
    }

    /** Whether the request goes on at once; if not it is answered, or will go on or be answered later. */
    boolean go() {
        if (passed) {
            return true;
        }
        exchange.asks();
        next();
        return false;
    }

    private void next() {
        if (asked < asks.size()) {
            switch (asks.get(asked++)) {
                case Login(var rule, var credentials) -> login(rule, credentials);
                case Auth(var server, var question) -> {
                    asking = new AuthAsk(loop, this, server, question);
                    asking.begin();
                }
            }
            return;
        }
        var answer = reply;
        if (answer != null) {
            answer.run();
        } else {
            passed = true;
            exchange.passed(more.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private void login(Rules.BasicAuth rule, @Nullable Credentials credentials) {
        if (credentials == null) {
            unauthorized(rule);
        } else if (!loop.rules()
                .logins()
                .check(rule.users(), credentials, loop.events(), answer -> guarded(() -> loggedIn(rule, answer)))) {
            exchange.refuse(Pages.error(503, "Too many are logging in.", html, 1));
        }
    }

    private void loggedIn(Rules.BasicAuth rule, Logins.Answer answer) {
        switch (answer) {
            case RIGHT -> next();
            case WRONG -> unauthorized(rule);
            case UNREADABLE -> exchange.refuse(Pages.error(503, "Nobody can log in here just now.", html));
        }
    }

    private void unauthorized(Rules.BasicAuth rule) {
        var realm = rule.realm().replace("\\", "\\\\").replace("\"", "\\\"");
        exchange.refuse(
                Pages.error(401, "A name and a password are wanted.", html),
                HeaderEdit.line("WWW-Authenticate", "Basic realm=\"" + realm + "\", charset=\"UTF-8\""));
    }

    /** The asked server lets the request pass. */
    void allowed(String lines) {
        asking = null;
        more.append(lines);
        guarded(this::next);
    }

    /** It does not. */
    void denied(int status, String lines) {
        asking = null;
        guarded(() -> exchange.refuse(
                Pages.error(status, status == 401 ? "Who are you?" : "This is not for you.", html), lines));
    }

    /** Nobody knows whether it does. */
    void undecided(String server, String why) {
        asking = null;
        guarded(() -> {
            loop.tell(new AppMistake("server " + server + ", which decides who may pass (forward_auth), " + why
                    + ": the request was refused. It has to answer 2xx, 401 or 403."));
            exchange.refuse(Pages.error(500, "It could not be found out whether this request may pass.", html));
        });
    }

    private void maintain(RouteRules rule) {
        var file = rule.maintenancePage();
        int retryAfter = (int) Math.min(rule.maintenanceRetryAfter().toSeconds(), Integer.MAX_VALUE);
        var plain = Pages.error(503, "This is under maintenance.", html, retryAfter);
        if (file.isEmpty()) {
            exchange.refuse(plain);
            return;
        }
        try {
            loop.disk().execute(() -> {
                var content = loop.rules().files().page(file);
                onLoop(
                        loop,
                        () -> guarded(() -> exchange.refuse(
                                content == null ? plain : Pages.instead(plain, isHtml(file), content))));
            });
        } catch (RejectedExecutionException full) {
            exchange.refuse(plain);
        }
    }

    /** From another thread; with its loop the request is gone, too. */
    static void onLoop(Loop loop, Runnable task) {
        try {
            loop.events().execute(task);
        } catch (RejectedExecutionException gone) {
            return;
        }
    }

    private static boolean isHtml(String file) {
        var lower = file.toLowerCase(Locale.ROOT);
        return lower.endsWith(".html") || lower.endsWith(".htm");
    }

    /** Nothing happens to a request that is over; a mistake ends it as one in a connection's event would. */
    private void guarded(Runnable told) {
        if (ended) {
            return;
        }
        try {
            told.run();
        } catch (RuntimeException | Error mistake) {
            exchange.crashed(mistake);
        }
    }

    /** The next {@code length} bytes of {@code source} are of the request's body; they stay there. */
    void body(ByteBuf source, int length) {
        if (mirror != null) {
            mirror.body(source, length);
        }
    }

    /** The request is in hand in full, and goes on or has gone on: so does its copy. */
    void complete(KeptRequest request, Method method) {
        if (mirror != null && passed) {
            mirror.send(request, method == Method.HEAD);
        }
    }

    /** The final head of a process's answer is on its way to the client. */
    void answered(ResponseHead answer) {
        if (answerEdit != HeaderEdit.NONE) {
            answerEdit.in(answer);
        }
    }

    /** The same for a file. */
    FileAnswer answered(FileAnswer file) {
        return RuledAnswer.edited(file, answerEdit);
    }

    /** A page of ours as it goes to the client. */
    FileAnswer page(Page page, String lines) {
        return RuledAnswer.of(page, lines, answerEdit);
    }

    /** The request is over. */
    void end() {
        ended = true;
        if (asking != null) {
            asking.cancel();
            asking = null;
        }
        if (mirror != null) {
            mirror.requestOver();
            mirror = null;
        }
        held.forEach(Held::leave);
        held.clear();
    }
}
