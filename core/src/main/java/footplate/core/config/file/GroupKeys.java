package footplate.core.config.file;

import footplate.core.config.Setting;
import footplate.core.config.form.Form;
import footplate.core.config.form.Key;
import footplate.core.config.form.Section;
import java.util.EnumSet;
import java.util.List;

/** What an upstream of the file can have. */
final class GroupKeys {
    private static final long DAY = 86_400_000;
    private static final Form COUNT = new Form.Count(0, 1_000_000);
    private static final Form SOME = new Form.Count(1, 1_000_000);

    // A server.
    static final Key ADDRESS =
            Key.of("address", new Form.Text(Texts.SERVER), "where it listens: host:port, [::1]:port or unix:/path");
    static final Key NAME = Key.of(
            "name",
            new Form.Text(Texts.DNS_NAME),
            "a name that is looked up again as its TTL ends, in place of an address");
    static final Key PORT = Key.of("port", new Form.Count(1, 65_535), "the port of 'name'");
    static final Key RESOLVE = new Key(
            "resolve",
            new Form.Switch(),
            "true",
            "whether 'name' is looked up again as its TTL ends, or once (nginx: resolve)");
    static final Key SERVICE = Key.of(
            "service",
            new Form.Text(Texts.SERVICE),
            "the service of the name's SRV records, which tell port and weight (nginx: service)");
    static final Key WEIGHT = new Key(
            "weight", new Form.Count(1, 65_535), "1", "its share of the requests beside the others' (nginx: weight)");
    static final Key MAX_CONNS =
            new Key("max_conns", COUNT, "0", "most requests in hand; 0: no limit (nginx: max_conns; HAProxy: maxconn)");
    static final Key MAX_FAILS = new Key(
            "max_fails",
            COUNT,
            "1",
            "after so many failures within fail_timeout it gets none for as long; 0: never (nginx: max_fails)");
    static final Key FAIL_TIMEOUT =
            new Key("fail_timeout", new Form.Time(1, DAY), "10s", "see max_fails (nginx: fail_timeout)");
    static final Key SLOW_START = new Key(
            "slow_start",
            new Form.Time(0, DAY),
            "0",
            "how long its weight grows after it came back (nginx: slow_start; HAProxy: slowstart)");
    static final Key BACKUP =
            new Key("backup", new Form.Switch(), "false", "gets requests when no other is left (nginx: backup)");
    static final Key DOWN = new Key("down", new Form.Switch(), "false", "gets none (nginx: down)");
    static final Section SERVER = Section.of(
            "'servers'",
            "One server: an address, or a name that is looked up at run time.",
            ADDRESS,
            NAME,
            PORT,
            RESOLVE,
            SERVICE,
            WEIGHT,
            MAX_CONNS,
            MAX_FAILS,
            FAIL_TIMEOUT,
            SLOW_START,
            BACKUP,
            DOWN);

    // How one is chosen.
    static final List<String> METHODS =
            List.of("round_robin", "least_conn", "random_two", "ip_hash", "least_busy_first");
    static final Key HASH = Key.of(
            "hash", new Form.Text(Texts.TEMPLATE), "by this text of the request, as \"$request_uri\" (nginx: hash)");
    static final Key CONSISTENT = new Key(
            "consistent",
            new Form.Switch(),
            "false",
            "with hash: a server more or less moves few keys only (nginx: consistent; Ketama)");
    static final Key LEAST_TIME = Key.of(
            "least_time",
            new Form.Choice(List.of("header", "last_byte")),
            "the one that answers soonest, up to this (nginx: least_time)");
    static final Section BALANCE = Section.of(
            "'balance'", "How a server is chosen, where that takes more than a word.", HASH, CONSISTENT, LEAST_TIME);

    static final Key COOKIE = new Key("cookie", new Form.Text(Texts.COOKIE), "footplate", "the cookie's name");
    static final Key LIFETIME =
            new Key("lifetime", new Form.Time(0, 365 * DAY), "0", "how long clients keep it; 0: until they are closed");
    static final Section STICKY = Section.of("'sticky'", "A cookie that names the server.", COOKIE, LIFETIME);

    static final Key HTTP = Key.of("http", new Form.Text(Texts.PLAIN_PATH), "this path is asked for");
    static final Key TCP = new Key("tcp", new Form.Switch(), "false", "that it takes connections is enough");
    static final Key INTERVAL =
            new Key("interval", new Form.Time(100, DAY), "5s", "time between two checks (HAProxy: inter)");
    static final Key TIMEOUT = new Key("timeout", new Form.Time(1, 3_600_000), "5s", "longest time of one");
    static final Key RISE = new Key("rise", SOME, "1", "passed in a row until it is well (HAProxy: rise)");
    static final Key FALL = new Key("fall", SOME, "3", "failed in a row until it is not (HAProxy: fall)");
    static final Key EXPECT = new Key(
            "expect",
            new Form.Many(new Form.Text(Texts.STATUSES), true),
            "200-399",
            "the statuses that count as passed (HAProxy: http-check expect)");
    static final Section HEALTH = Section.of(
            "'health'",
            "What each server is asked, again and again.",
            HTTP,
            TCP,
            INTERVAL,
            TIMEOUT,
            RISE,
            FALL,
            EXPECT);

    static final Key WHEN = new Key(
            "when",
            new Form.Many(
                    new Form.Choice(List.of(
                            "error",
                            "timeout",
                            "invalid_header",
                            "http_500",
                            "http_502",
                            "http_503",
                            "http_504",
                            "http_403",
                            "http_404",
                            "http_429",
                            "non_idempotent")),
                    true),
            "[error, timeout]",
            "what sends a request on to another server (nginx: proxy_next_upstream)");
    static final Key TRIES = new Key(
            "tries",
            SOME,
            "4",
            "most times one request is tried, the first included (nginx: proxy_next_upstream_tries)");
    static final Key NEXT_TIMEOUT = new Key(
            "timeout",
            new Form.Time(0, DAY),
            "0",
            "no more tries after so long; 0: no limit (nginx: proxy_next_upstream_timeout)");
    static final Section NEXT =
            Section.of("'next_upstream'", "When a request goes to another server.", WHEN, TRIES, NEXT_TIMEOUT);

    static final Key FAILURES = new Key("failures", SOME, "5", "errors in a row until a server is left out");
    static final Key EJECTION_TIME = new Key("time", new Form.Time(1, DAY), "30s", "for how long, the first time");
    static final Key MOST = new Key("most", new Form.Share(), "50%", "most of the servers that are left out at once");
    static final Section EJECTION = Section.of(
            "'ejection'",
            "Leaving out a server that fails more than the others (Envoy: outlier detection).",
            FAILURES,
            EJECTION_TIME,
            MOST);

    static final Key OPENS = new Key("failures", COUNT, "5", "failures in a row that cut a server off; 0: none do");
    static final Key BREAKER_TIME =
            new Key("time", new Form.Time(1, DAY), "30s", "how long; after that one request tries it, and decides");
    static final Key MAX_REQUESTS =
            new Key("max_requests", COUNT, "0", "most requests at once to a server; 0: no limit (Envoy: max_requests)");
    static final Key MAX_PENDING = new Key(
            "max_pending",
            COUNT,
            "0",
            "most requests that wait; 0: as many as max_queue (Envoy: max_pending_requests)");
    static final Section BREAKER = Section.of(
            "'circuit_breaker'",
            "Cutting off a server at once instead of asking it in vain.",
            OPENS,
            BREAKER_TIME,
            MAX_REQUESTS,
            MAX_PENDING);

    // An upstream.
    static final Key METHOD = new Key(
            "balance",
            new Form.Either(new Form.Choice(METHODS), new Form.Block(BALANCE)),
            "round_robin",
            "how a server is chosen: a word, or {hash: …} or {least_time: …} (HAProxy: balance)");
    static final Key SERVERS = Key.of(
            "servers",
            new Form.Many(new Form.Either(new Form.Text(Texts.SERVER), new Form.Block(SERVER)), true),
            "the servers; an address, or its settings");
    static final Key STICKINESS = Key.of(
            "sticky",
            new Form.Either(new Form.Choice(List.of("cookie")), new Form.Block(STICKY)),
            "what keeps a client at one server, while that is there (nginx: sticky)");
    static final Key CHECKS = Key.of(
            "health",
            new Form.Either(new Form.Text(Texts.PLAIN_PATH), new Form.Block(HEALTH)),
            "how they are asked whether they are well; a path, or its settings (nginx: health_check)");
    static final Key NEXT_UPSTREAM =
            Key.of("next_upstream", new Form.Block(NEXT), "when a request goes to another server");
    static final Key EJECTIONS = Key.of(
            "ejection",
            new Form.Block(EJECTION),
            "when one that fails more than the others is left out; not written: never");
    static final Key PANIC = new Key(
            "panic",
            new Form.Share(),
            "0%",
            "with fewer than so many of them well, all get requests again (Envoy: healthy_panic_threshold)");
    static final Key CIRCUIT_BREAKER = Key.of(
            "circuit_breaker",
            new Form.Block(BREAKER),
            "when a server is cut off at once instead of being asked in vain; not written: never");
    static final Key QUEUE =
            new Key("max_queue", COUNT, "100", "most requests that wait for a server with max_conns (nginx: queue)");
    static final Key QUEUE_TIMEOUT =
            new Key("queue_timeout", new Form.Time(1, DAY), "60s", "how long; then it is answered 504");
    static final Key PROXY_PROTOCOL = new Key(
            "proxy_protocol",
            new Form.Text(Texts.PROXY_PROTOCOL),
            "off",
            "whether the client's address is written ahead: off, v1 or v2 (HAProxy: send-proxy)");

    /** What counts for requests, and neither for processes nor for files. */
    static final List<Setting> SETTINGS = EnumSet.range(Setting.BUFFERING, Setting.ACCESS_LOG_SAMPLE).stream()
            .filter(setting -> setting != Setting.SPA)
            .toList();

    static final Section SECTION = new Section(
            "an upstream",
            "Servers that Footplate did not start, any of which can answer.",
            List.of(
                    METHOD,
                    SERVERS,
                    STICKINESS,
                    CHECKS,
                    NEXT_UPSTREAM,
                    EJECTIONS,
                    PANIC,
                    CIRCUIT_BREAKER,
                    QUEUE,
                    QUEUE_TIMEOUT,
                    PROXY_PROTOCOL),
            SETTINGS);

    private GroupKeys() {}
}
