package footplate.core.config.file;

import footplate.core.config.Setting;
import footplate.core.config.form.Form;
import footplate.core.config.form.Key;
import footplate.core.config.form.Section;
import footplate.core.config.form.Syntax;
import java.util.List;
import java.util.stream.Stream;

/** What a route of the file can have. */
final class RouteKeys {
    private static final long DAY = 86_400_000;
    private static final Form TEMPLATES = new Form.Named("header", Texts.HEADER, new Form.Text(Texts.TEMPLATE));
    private static final Form HEADERS = new Form.Many(new Form.Text(Texts.HEADER), true);
    private static final Form NETWORKS = new Form.Many(new Form.Text(Texts.NETWORK), true);
    private static final Form ACCESS = new Form.Many(new Form.Text(Texts.ACCESS), true);

    // Which requests.
    static final Key HOST = Key.of(
            "host",
            new Form.Many(new Form.Text(Texts.HOST), true),
            "hosts: a name, *.name, name.*, or ~ and a regular expression; none: every host (nginx: server_name)");
    static final Key PATH = new Key(
            "path",
            new Form.Text(Texts.PATH),
            "/*",
            "paths: /a alone, /a/* with /a itself and all below it, or ~ and a regular expression (nginx: location)");
    static final Key METHOD = Key.of(
            "method",
            new Form.Many(new Form.Text(Texts.METHOD), true),
            "methods; GET means HEAD too; none: every one (nginx: limit_except)");
    static final Key HEADER = Key.of(
            "header",
            new Form.Named("header", Texts.HEADER, new Form.Text(Texts.MATCH)),
            "fields that must be there: a value, ~ and an expression, or * for any");
    static final Key QUERY = Key.of(
            "query",
            new Form.Named("parameter", Syntax.ANY, new Form.Text(Texts.MATCH)),
            "parameters that must be there, the same way");

    // Where to.
    static final Key TO = Key.of(
            "to",
            new Form.Text(Texts.TARGET),
            "an app, an upstream, the address of a server, or a URL with ${…} in it (nginx: proxy_pass)");
    static final Key RESOLVER = Key.of(
            "resolver",
            new Form.Text(Texts.SERVER),
            "the name server for a URL with ${…}; none: the file's (nginx: resolver)");
    static final Key REDIRECT = Key.of(
            "redirect",
            new Form.Text(Texts.TEMPLATE),
            "where clients are sent, with ${…} in it (nginx: return, rewrite)");
    static final Key STATUS = new Key(
            "status", new Form.Choice(List.of("301", "302", "303", "307", "308")), "302", "the redirect's status");

    // What is done on the way.
    static final Key REWRITE = Key.of(
            "rewrite",
            new Form.Text(Texts.TEMPLATE),
            "the path and query that are sent on, all of it: without '?${query}' there is no query (nginx: rewrite)");
    static final Key STRIP_PREFIX = Key.of(
            "strip_prefix",
            new Form.Text(Texts.PLAIN_PATH),
            "taken from the path before it is sent on; the rest stays as it was written, and is ${uri} and ${path} to a 'rewrite' beside it (Caddy: handle_path; nginx: proxy_pass with a path)");
    static final Key SET = Key.of("set", TEMPLATES, "fields that have this value from now on");
    static final Key ADD = Key.of("add", TEMPLATES, "fields that are there once more");
    static final Key REMOVE = Key.of("remove", HEADERS, "fields that are taken away");
    static final Key REQUEST_HEADERS = Key.of(
            "request_headers",
            new Form.Block(Section.of("'request_headers'", "Changes to a request's header fields.", SET, ADD, REMOVE)),
            "changes to a request's header fields (nginx: proxy_set_header)");
    static final Key RESPONSE_HEADERS = Key.of(
            "response_headers",
            new Form.Block(Section.of("'response_headers'", "Changes to an answer's header fields.", SET, ADD, REMOVE)),
            "changes to an answer's (nginx: add_header, proxy_hide_header)");

    static final Key HSTS_AGE = new Key("max_age", new Form.Time(0, 3_650 * DAY), "365d", "how long browsers remember");
    static final Key SUBDOMAINS = new Key("include_subdomains", new Form.Switch(), "false", "for names below it too");
    static final Key PRELOAD = new Key("preload", new Form.Switch(), "false", "that browsers may be shipped with it");
    static final Key HSTS = Key.of(
            "hsts",
            new Form.Either(
                    new Form.Time(0, 3_650 * DAY),
                    new Form.Block(Section.of(
                            "'hsts'", "Strict-Transport-Security (RFC 6797).", HSTS_AGE, SUBDOMAINS, PRELOAD))),
            "browsers come by HTTPS only from now on; a time, or its settings");

    static final Key ORIGINS = new Key("origins", new Form.Many(new Form.Text(Texts.ORIGIN), true), "*", "who may ask");
    static final Key METHODS = new Key(
            "methods", new Form.Many(new Form.Text(Texts.METHOD), true), "[GET, HEAD, POST]", "with which methods");
    static final Key ALLOW_HEADERS = Key.of("headers", HEADERS, "with which header fields");
    static final Key EXPOSE = Key.of("expose", HEADERS, "which fields of the answer they see");
    static final Key CREDENTIALS = new Key("credentials", new Form.Switch(), "false", "whether cookies are sent");
    static final Key CORS_AGE =
            new Key("max_age", new Form.Time(0, DAY), "1h", "how long browsers remember the answer");
    static final Key CORS = Key.of(
            "cors",
            new Form.Block(Section.of(
                    "'cors'",
                    "Requests from pages of other origins.",
                    ORIGINS,
                    METHODS,
                    ALLOW_HEADERS,
                    EXPOSE,
                    CREDENTIALS,
                    CORS_AGE)),
            "requests from pages of other origins");

    static final Key USERS = Key.of(
            "users",
            new Form.Text(Texts.FILE),
            "the file with names and passwords, as htpasswd writes it (nginx: auth_basic_user_file)");
    static final Key REALM = new Key("realm", new Form.Text(Syntax.ANY), "restricted", "what browsers show");
    static final Key BASIC_AUTH = Key.of(
            "basic_auth",
            new Form.Either(
                    new Form.Text(Texts.FILE),
                    new Form.Block(Section.of("'basic_auth'", "A name and a password.", USERS, REALM))),
            "a name and a password; the users' file, or its settings (nginx: auth_basic)");

    static final Key AUTH_TO =
            Key.of("to", new Form.Text(Texts.TEMPLATE), "the URL that is asked; 2xx lets the request pass");
    static final Key COPY_HEADERS =
            Key.of("copy_headers", HEADERS, "fields of that answer that go on with the request");
    static final Key AUTH_TIMEOUT = new Key("timeout", new Form.Time(1, 3_600_000), "5s", "longest time of asking");
    static final Key FORWARD_AUTH = Key.of(
            "forward_auth",
            new Form.Either(
                    new Form.Text(Texts.TEMPLATE),
                    new Form.Block(Section.of(
                            "'forward_auth'", "Another server decides.", AUTH_TO, COPY_HEADERS, AUTH_TIMEOUT))),
            "another server decides; its URL, or its settings (nginx: auth_request)");

    static final Key ALLOW = Key.of("allow", ACCESS, "the networks that may come in; the rest may not (nginx: allow)");
    static final Key DENY = Key.of(
            "deny",
            ACCESS,
            "the networks that may not; of two that an address is in the narrower decides (nginx: deny)");
    static final Key FROM = Key.of("from", NETWORKS, "the proxies whose word is taken (nginx: set_real_ip_from)");
    static final Key REAL_HEADER = new Key(
            "header", new Form.Text(Texts.HEADER), "X-Forwarded-For", "where it stands (nginx: real_ip_header)");
    static final Key REAL_IP = Key.of(
            "real_ip",
            new Form.Block(
                    Section.of("'real_ip'", "The client's address as trusted proxies tell it.", FROM, REAL_HEADER)),
            "the client's address as trusted proxies tell it");

    static final Key RATE = Key.of("rate", new Form.Text(Texts.RATE), "how many, as 10/s, 100/m or 1000/h");
    static final Key BURST =
            new Key("burst", new Form.Count(0, 1_000_000), "0", "how many more at once (nginx: burst)");
    static final Key BY =
            new Key("by", new Form.Text(Texts.BY), "address", "what is counted apart: address, route, or header:NAME");
    static final Key RATE_LIMIT = Key.of(
            "rate_limit",
            new Form.Either(
                    new Form.Text(Texts.RATE),
                    new Form.Block(Section.of("'rate_limit'", "A token bucket.", RATE, BURST, BY))),
            "most requests in a time, else 429; a rate, or its settings (nginx: limit_req)");
    static final Key AT_ONCE = Key.of("most", new Form.Count(1, 1_000_000), "how many at once");
    static final Key CONCURRENCY_LIMIT = Key.of(
            "concurrency_limit",
            new Form.Either(
                    new Form.Count(1, 1_000_000),
                    new Form.Block(Section.of("'concurrency_limit'", "Most requests at once.", AT_ONCE, BY))),
            "most requests at once, else 503; a number, or its settings (nginx: limit_conn)");

    static final Key PAGE = Key.of("page", new Form.Text(Texts.FILE), "the file of the page");
    static final Key EXCEPT = Key.of("except", NETWORKS, "networks that are served all the same");
    static final Key RETRY_AFTER =
            new Key("retry_after", new Form.Time(0, 30 * DAY), "0", "when clients are told to come back; 0: not told");
    static final Key MAINTENANCE = Key.of(
            "maintenance",
            new Form.Either(
                    new Form.Switch(),
                    new Form.Block(Section.of("'maintenance'", "Everybody gets 503.", PAGE, EXCEPT, RETRY_AFTER))),
            "everybody gets 503; true, or its settings");

    static final Key MIRROR_TO =
            Key.of("to", new Form.Text(Texts.TARGET), "an app, an upstream, or the address of a server");
    static final Key SHARE = new Key("share", new Form.Share(), "100%", "how many of the requests");
    static final Key MIRROR = Key.of(
            "mirror",
            new Form.Either(
                    new Form.Text(Texts.TARGET),
                    new Form.Block(Section.of(
                            "'mirror'", "A copy of the requests, whose answers are thrown away.", MIRROR_TO, SHARE))),
            "a copy of each request goes there too; a target, or its settings (nginx: mirror)");

    /** What it can have in place of the settings of where it leads to; neither of a pool as a whole, nor of files. */
    static final List<Setting> SETTINGS = List.of(
            Setting.BUFFERING,
            Setting.BUFFER_MEMORY,
            Setting.MAX_BODY_SIZE,
            Setting.CONNECT_TIMEOUT,
            Setting.READ_TIMEOUT,
            Setting.UPSTREAM_SEND_TIMEOUT,
            Setting.REQUEST_TIMEOUT,
            Setting.TUNNEL_TIMEOUT,
            Setting.TRIES,
            Setting.ACCESS_LOG,
            Setting.ACCESS_LOG_SAMPLE);

    private static final List<Key> OWN = List.of(
            HOST,
            PATH,
            METHOD,
            HEADER,
            QUERY,
            TO,
            RESOLVER,
            REDIRECT,
            STATUS,
            REWRITE,
            STRIP_PREFIX,
            REQUEST_HEADERS,
            RESPONSE_HEADERS,
            HSTS,
            CORS,
            BASIC_AUTH,
            FORWARD_AUTH,
            ALLOW,
            DENY,
            REAL_IP,
            RATE_LIMIT,
            CONCURRENCY_LIMIT,
            MAINTENANCE,
            MIRROR);

    static final Section SECTION = new Section(
            "a route",
            "Which requests go where, and what is done to them on the way. A setting that is written here goes before that of the app or upstream.",
            Stream.concat(OWN.stream(), SETTINGS.stream().map(RouteKeys::here)).toList(),
            List.of());

    /** Its default is what the target has. */
    private static Key here(Setting setting) {
        return Key.of(Section.key(setting).name(), new Form.OfSetting(setting), setting.meaning());
    }

    private RouteKeys() {}
}
