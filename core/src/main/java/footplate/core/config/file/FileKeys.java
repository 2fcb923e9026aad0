package footplate.core.config.file;

import footplate.core.config.Setting;
import footplate.core.config.form.Form;
import footplate.core.config.form.Key;
import footplate.core.config.form.Section;
import java.util.List;

/** What a configuration file can have. */
public final class FileKeys {
    /** What it is called where it is found by itself. */
    public static final String FILE_NAME = "footplate.yml";

    /** The name of the JSON Schema, for editors. */
    public static final String SCHEMA_ID = "urn:footplate:footplate.yml";

    /** What the reference page says before its tables. */
    public static final String INTRODUCTION = """
            Generated from the declarations (`core/config/file`); [the JSON Schema](footplate.schema.json) beside it is for editors.
            `footplate check` checks a file and tells all its mistakes at once; `footplate init` writes one to begin with.

            - The file is YAML 1.2 in UTF-8, of at most 1 MB, indented by spaces. It has no anchors, aliases or tags but `!file`.
            - Names are written with underscores; dashes mean the same. Where a name is one of `footplate set` or of the flags of
              `footplate start` too, it means the same there.
            - A **time** is a number with `ms`, `s`, `m`, `h` or `d`, a **size** one with `B`, `KB`, `MB` or `GB` (powers of 1,024). The
              unit is never left out, but at 0.
            - `${NAME}` is a variable of the environment of the call, `${NAME:-text}` has a default. In `to`, `redirect`, `rewrite`, `hash`,
              `forward_auth` and header values it is a part of the request instead: `${host}`, `${uri}`, `${path}`, `${query}`,
              `${request_uri}`, `${scheme}`, `${method}`, `${port}`, `${remote_addr}`, `${request_id}`, `${http_NAME}`, `${arg_NAME}`,
              `${cookie_NAME}`, and what a group `(?<name>…)` of the host's or the path's expression matched.
            - `!file PATH` takes the value of a variable of an app from a file. Paths are taken from the file's folder.
            - Quote what begins with `*`, `&`, `@`, `%`, `{` or a backquote, and in brackets what begins with a colon. Regular expressions
              are best in single quotes, where a backslash is a backslash.

            ```yaml
            listen: [":80", ":443"]
            apps:
              shop: { root: ./shop, hosts: [shop.example], instances: 2..4, env: { NODE_ENV: production }, deploy: { strategy: canary } }
            upstreams:
              legacy:
                balance: least_conn
                servers:
                  - { address: "10.0.0.5:8080", weight: 2, max_conns: 100 }
                  - { address: "unix:/run/old.sock", backup: true }
                health: { http: /up, interval: 5s, rise: 2, fall: 3 }
            routes:
              - { host: legacy.example, path: "/api/*", to: legacy, strip_prefix: /api }
              - { host: "*.apps.example", to: "http://${host}:8080", resolver: "127.0.0.1:53" }
              - { host: old.example, redirect: "https://shop.example${uri}", status: 301 }
            ```

            ## Which route a request takes

            The order is that of nginx's `server_name` and `location`; hosts of apps are routes for every path.

            1. **Host:** the exact name; the longest `*.example`; the longest `www.*`; the first `~EXPRESSION`; routes without `host`.
               The name is compared in lower case, without port and trailing dot; `*.example` is not `example` itself.
            2. **Path**, of one host: the exact path; the first `~EXPRESSION`, also where a folder fits; the longest folder `/a/*`; every path.
            3. Of the same host and path: the route with more conditions (`method`, each `header`, each parameter of `query`), else the first.

            Where no route of a host fits path and conditions, the next less exact host is asked, in the end the routes without `host`. Among
            expressions the file's order counts. (In nginx a request never leaves its `server`.)

            - Paths are compared as nginx does it: percent-decoded once, `.` and `..` resolved, several slashes as one. A path that climbs above
              the root or is wrongly encoded (`%zz`, `%00`) takes no route where any route of its host has a `path`.
            - Header values are compared as they are, parameters decoded; of several lines or parameters of a name one must fit.
            - An expression is found anywhere in the text: write `^` and `$`. It is Java's (nearly nginx's); groups have names, `(?<name>…)`; case
              counts unless it begins with `(?i)`; of a host it is of no account. All expressions of a request together read at most 1,000,000
              characters; then the request takes no route at all, so that it slips past none.

            ## Parts of a request

            | name | what it is | nginx |
            | --- | --- | --- |
            | `${host}` | the host, in lower case, without port | `$host` |
            | `${uri}`, `${request_uri}` | path and query, as they were written | `$request_uri` |
            | `${path}` | the path, as it was written | `$uri`, but that is decoded |
            | `${query}` | the query without `?`, as it was written | `$args` |
            | `${scheme}`, `${method}` | `http` or `https`; `GET` and so on | `$scheme`, `$request_method` |
            | `${port}` | the port that the client connected to | `$server_port` |
            | `${remote_addr}` | the client's address | `$remote_addr` |
            | `${request_id}` | the request's id | `$request_id` |
            | `${http_NAME}` | a header field; `_` stands for `-`; several lines with commas between | `$http_NAME` |
            | `${arg_NAME}` | a parameter, the first, as it was written; case counts | `$arg_NAME` |
            | `${cookie_NAME}` | a cookie, the first; case counts | `$cookie_NAME` |
            | `${group}` | what a group of the path or the host matched; of the path percent-encoded again | `$group` |

            What a request lacks is empty. Whatever a client sends, no line break and no control character gets from these into a header, and no
            space into a URL or a request: they are percent-encoded.
            """;

    static final Key ADDRESS =
            Key.of("address", new Form.Text(Texts.LISTEN), "the address: ':80', '127.0.0.1:3000', '[::1]:80'");
    static final Key PROXY_PROTOCOL = new Key(
            "proxy_protocol",
            new Form.Switch(),
            "false",
            "each connection begins with a PROXY header, version 1 or 2 (nginx: proxy_protocol; HAProxy: accept-proxy)");
    static final Key CERTIFICATE = Key.of(
            "certificate", new Form.Text(Texts.FILE), "the certificate chain's file, PEM (nginx: ssl_certificate)");
    static final Key CERTIFICATE_KEY = Key.of(
            "certificate_key", new Form.Text(Texts.FILE), "its private key's file, PEM (nginx: ssl_certificate_key)");
    static final Section LISTENER = Section.of(
            "'listen'", "An address that clients connect to.", ADDRESS, PROXY_PROTOCOL, CERTIFICATE, CERTIFICATE_KEY);

    static final Key STREAM_LISTEN =
            Key.of("listen", new Form.Text(Texts.LISTEN), "the address that clients connect to");
    static final Key PROTOCOL = new Key("protocol", new Form.Choice(List.of("tcp", "udp")), "tcp", "what is passed on");
    static final Key TO =
            Key.of("to", new Form.Text(Texts.TARGET), "an upstream, or the address of a server (nginx: proxy_pass)");
    static final Key SNI = Key.of(
            "sni",
            new Form.Named("server name", Texts.HOST, new Form.Text(Texts.TARGET)),
            "where to by the name a TLS client asks for; TLS itself is passed on (nginx: ssl_preread)");
    static final Key IDLE = new Key(
            "idle_timeout",
            new Form.Time(1, 86_400_000),
            "10m",
            "after so long without a byte it is closed (nginx: proxy_timeout)");
    static final Section STREAM = Section.of(
            "a stream",
            "Connections or datagrams that are passed on as they are.",
            STREAM_LISTEN,
            PROTOCOL,
            TO,
            SNI,
            IDLE,
            GroupKeys.PROXY_PROTOCOL);

    static final Key RELOADS = new Key(
            "reload_on_change",
            new Form.Switch(),
            "false",
            "whether this file is read again when it has changed; a mistake in it is told in the daemon's log, and changes nothing");
    static final Key LISTEN = new Key(
            "listen",
            new Form.Many(new Form.Either(new Form.Text(Texts.LISTEN), new Form.Block(LISTENER)), true),
            "127.0.0.1:3000",
            "the addresses that clients connect to; ':80' is port 80 of every address (nginx: listen)");
    static final Key APPS = Key.of(
            "apps",
            new Form.Named("app", Texts.APP, new Form.Block(AppKeys.SECTION)),
            "what Footplate starts, by name");
    static final Key UPSTREAMS = Key.of(
            "upstreams",
            new Form.Named("upstream", Texts.GROUP, new Form.Block(GroupKeys.SECTION)),
            "servers that it did not start, by name (nginx: upstream)");
    static final Key ROUTES = Key.of(
            "routes",
            new Form.Many(new Form.Block(RouteKeys.SECTION), false),
            "which requests go where; apps with 'hosts' need none");
    static final Key STREAMS = Key.of(
            "streams",
            new Form.Many(new Form.Block(STREAM), false),
            "TCP and UDP that is passed on as it is (nginx: stream)");
    static final Key RESOLVER = Key.of(
            "resolver",
            new Form.Many(new Form.Text(Texts.SERVER), true),
            "name servers to ask; none: those of the machine (nginx: resolver)");

    static final List<Setting> SETTINGS = List.of(Setting.values());

    /** The whole file. */
    public static final Section SECTION = new Section(
            "this file",
            "The whole file. A setting of apps that stands here counts for every app that has no other.",
            List.of(LISTEN, APPS, UPSTREAMS, ROUTES, STREAMS, RESOLVER, RELOADS),
            SETTINGS);

    private FileKeys() {}
}
