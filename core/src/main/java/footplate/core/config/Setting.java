package footplate.core.config;

import org.jspecify.annotations.Nullable;

/**
 * Everything about serving and running apps that an operator can set, declared once: its name, what it applies to, its kind, default
 * and meaning. Flags, reference pages and error messages are made from this. Longer than 500 lines: a list, in one place on purpose.
 */
public enum Setting {
    // The server: one value for all apps of a daemon.
    WORKERS("workers", Scope.SERVER, Kind.COUNT, "0", "event loops; 0: one per core (nginx: worker_processes)"),
    TRANSPORT(
            "transport",
            Scope.SERVER,
            "auto",
            "how the kernel is asked; auto is epoll; io_uring is probed at the start, and epoll taken where it cannot be had",
            "auto",
            "epoll",
            "io_uring"),
    MAX_CONNECTIONS(
            "max-connections",
            Scope.SERVER,
            Kind.COUNT,
            "65536",
            "most client connections; one more is answered 503 and closed, and so it is when three quarters of the descriptors that the process may have are in use, or the heap holds no more: it takes 10,000 that are not idle, and more with FOOTPLATE_HEAP=256m in the daemon's environment (nginx: worker_connections, worker_rlimit_nofile)"),
    MAX_CONNECTIONS_PER_ADDRESS(
            "max-connections-per-address",
            Scope.SERVER,
            Kind.COUNT,
            "16384",
            "most connections of one client (an IPv4 address, an IPv6 /64); one more is answered 503 and closed; 0: no limit (nginx: limit_conn)"),
    MAX_REQUESTS_PER_CONNECTION(
            "max-requests-per-connection",
            Scope.SERVER,
            Kind.COUNT,
            "0",
            "a connection is closed in order after so many requests; 0: no limit (nginx: keepalive_requests)"),
    MAX_HEADER_SIZE(
            "max-header-size",
            Scope.SERVER,
            Kind.SIZE,
            "64KB",
            "most bytes of a request's head, else 431, and of an answer's, else 502 (nginx: large_client_header_buffers)"),
    MAX_URI_SIZE("max-uri-size", Scope.SERVER, Kind.SIZE, "16KB", "most bytes of a request target, else 414"),
    CLIENT_HEADER_TIMEOUT(
            "client-header-timeout",
            Scope.SERVER,
            Kind.TIME,
            "60s",
            "from a request's first byte to the end of its head, else 408 (nginx: client_header_timeout)"),
    CLIENT_BODY_TIMEOUT(
            "client-body-timeout",
            Scope.SERVER,
            Kind.TIME,
            "60s",
            "longest pause in a request's body, else 408 (nginx: client_body_timeout)"),
    CLIENT_BODY_MIN_RATE(
            "client-body-min-rate",
            Scope.SERVER,
            Kind.SIZE,
            "500B",
            "fewest bytes a second of a request's body, after its first 20 seconds, else 408; what came faster makes up for a minute at the most; 0: any (Apache: RequestReadTimeout MinRate)"),
    KEEPALIVE_TIMEOUT(
            "keepalive-timeout",
            Scope.SERVER,
            Kind.TIME,
            "75s",
            "longest idle time of a client's connection between two requests; 0: each answer is the last of its connection (nginx: keepalive_timeout)"),
    SEND_TIMEOUT(
            "send-timeout",
            Scope.SERVER,
            Kind.TIME,
            "60s",
            "how long a client may take nothing of an answer that waits for it (nginx: send_timeout)"),
    LINGERING_TIME(
            "lingering-time",
            Scope.SERVER,
            Kind.TIME,
            "5s",
            "how long a refused client's remaining bytes are read, so that it sees the answer (nginx: lingering_time)"),
    HALF_CLOSED_TIME(
            "half-closed-time",
            Scope.SERVER,
            Kind.TIME,
            "3s",
            "after so long without an answer a client that has closed its sending side is asked whether it is still there: by a 100 Continue, or by TCP keep-alive where it has had one or speaks HTTP/1.0"),
    CONNECTION_MEMORY(
            "connection-memory",
            Scope.SERVER,
            Kind.SIZE,
            "0",
            "most memory for what is on its way between clients and apps; from half of it on less is kept for each client that sends or takes slowly, and a head above 8 KB that does not come in one piece gets 503; from seven eighths on every request does; 0, and at most: the direct memory that the JVM was given"),
    BUFFER_MEMORY_TOTAL(
            "buffer-memory-total",
            Scope.SERVER,
            Kind.SIZE,
            "16MB",
            "most memory for buffered bodies in all; more goes to temporary files; at most half of the direct memory that the JVM was given"),
    TEMP_DISK_TOTAL(
            "temp-disk-total",
            Scope.SERVER,
            Kind.SIZE,
            "2GB",
            "most temporary files in all, and twice as much as one body may have there; at either, answers wait in their process and buffered requests get 503 (nginx: proxy_max_temp_file_size)"),
    TEMP_PATH(
            "temp-path",
            Scope.SERVER,
            Kind.TEXT,
            "",
            "folder for buffered bodies that do not fit into memory; empty: in the home, and of proxy the system's folder for temporary files, which is in memory on many machines (nginx: client_body_temp_path, proxy_temp_path)"),
    FILE_CACHE(
            "file-cache",
            Scope.SERVER,
            Kind.SIZE,
            "8MB",
            "memory for small static files; 0: none; at most a quarter of the heap that the JVM was given (nginx: open_file_cache)"),
    UNDERSCORES_IN_HEADERS(
            "underscores-in-headers",
            Scope.SERVER,
            "off",
            "whether field names with an underscore pass (nginx: underscores_in_headers)",
            "off",
            "on"),
    VIA(
            "via",
            Scope.SERVER,
            "off",
            "whether a Via field is written, to apps and to clients (RFC 9110 §7.6.3)",
            "off",
            "on"),
    FORWARDED(
            "forwarded",
            Scope.SERVER,
            "off",
            "whether a Forwarded field (RFC 7239) is written beside X-Forwarded-*",
            "off",
            "on"),

    // An app; what is about its requests, also servers that we did not start.
    BUFFERING(
            "buffering",
            Scope.APP,
            "auto",
            "whether requests are read in full before a process is taken, and answers taken at its speed; auto: where a process takes a limited number of requests at once (nginx: proxy_buffering, proxy_request_buffering)",
            "auto",
            "on",
            "off"),
    BUFFER_MEMORY(
            "buffer-memory",
            Scope.APP,
            Kind.SIZE,
            "128KB",
            "memory for one buffered body; more goes to a temporary file (nginx: client_body_buffer_size, proxy_buffers)"),
    MAX_BODY_SIZE(
            "max-body-size",
            Scope.APP,
            Kind.SIZE,
            "1GB",
            "most bytes of a request's body, else 413; 0: no limit (nginx: client_max_body_size)"),
    CONNECT_TIMEOUT(
            "connect-timeout",
            Scope.APP,
            Kind.TIME,
            "5s",
            "longest wait for a connection to a process, else another one or 504 (nginx: proxy_connect_timeout)"),
    READ_TIMEOUT(
            "read-timeout",
            Scope.APP,
            Kind.TIME,
            "10m",
            "longest pause in an answer, the wait for its first byte included, else 504 (nginx: proxy_read_timeout)"),
    UPSTREAM_SEND_TIMEOUT(
            "upstream-send-timeout",
            Scope.APP,
            Kind.TIME,
            "60s",
            "how long a process may take nothing of a request's body, else 504 (nginx: proxy_send_timeout)"),
    REQUEST_TIMEOUT(
            "request-timeout",
            Scope.APP,
            Kind.TIME,
            "0",
            "longest time of a whole request, from its head to the last byte of its answer, else 504 or cut; 0: no limit (Passenger: max_request_time)"),
    UPSTREAM_KEEPALIVE_TIMEOUT(
            "upstream-keepalive-timeout",
            Scope.APP,
            Kind.TIME,
            "60s",
            "longest idle time of a connection to a process that names none itself (nginx: keepalive_timeout in upstream)"),
    TUNNEL_TIMEOUT(
            "tunnel-timeout",
            Scope.APP,
            Kind.TIME,
            "1h",
            "how long a WebSocket may be silent in both directions; 0: no limit (HAProxy: timeout tunnel)"),
    TRIES(
            "tries",
            Scope.APP,
            Kind.COUNT,
            "4",
            "most times one request is tried, the first time included; of an upstream the tries of its next_upstream count, unless this is written and smaller (nginx: proxy_next_upstream_tries)"),
    RETRY_BUDGET(
            "retry-budget",
            Scope.APP,
            Kind.COUNT,
            "20",
            "retries per hundred requests of the last seconds, beyond the first few; 0: no retries"),
    ERROR_PAGES(
            "error-pages",
            Scope.APP,
            Kind.TEXT,
            "",
            "folder with pages for errors that Footplate answers itself: 404.html, 502.html, 5xx.html (nginx: error_page)"),
    SENDFILE_ROOT(
            "sendfile-root",
            Scope.APP,
            Kind.TEXT,
            "",
            "folder that an answer's X-Sendfile (a path) and X-Accel-Redirect (a path below it) may name files in; empty: they pass as they came"),
    SPA(
            "spa",
            Scope.APP,
            "off",
            "whether a page that is no file is answered with index.html (PM2: serve --spa)",
            "off",
            "on"),
    ACCESS_LOG(
            "access-log",
            Scope.APP,
            "off",
            "a line for each request: in APP.access.log beside the app's output, or where no app answers and the server has it on in access.log; run, proxy and serve print it (nginx: access_log)",
            "off",
            "combined",
            "json"),
    ACCESS_LOG_SAMPLE(
            "access-log-sample",
            Scope.APP,
            Kind.COUNT,
            "1",
            "one of so many requests is logged; errors (5xx) always are"),

    // How a new release takes the place of the running one.
    STRATEGY(
            "strategy",
            Scope.APP,
            "rolling",
            "how new processes take the place of old ones: one after the other; all at once when all are ready; by a growing share of the requests; or after the old ones are gone (Kubernetes: strategy; Argo Rollouts)",
            "rolling",
            "blue-green",
            "canary",
            "recreate"),
    MAX_SURGE(
            "max-surge",
            Scope.APP,
            Kind.TEXT,
            "1",
            "rolling: most processes above the pool's number, a count or a percentage of it (Kubernetes: maxSurge)"),
    MAX_UNAVAILABLE(
            "max-unavailable",
            Scope.APP,
            Kind.TEXT,
            "0",
            "rolling: how many processes below the pool's number may be ready, a count or a percentage of it (Kubernetes: maxUnavailable)"),
    MIN_READY(
            "min-ready",
            Scope.APP,
            Kind.TIME,
            "2s",
            "how long a new process must have been ready before the next step (Kubernetes: minReadySeconds)"),
    DEADLINE(
            "deadline",
            Scope.APP,
            Kind.TIME,
            "10m",
            "longest time of a deploy without progress, else it has failed (Kubernetes: progressDeadlineSeconds)"),
    ON_FAILURE(
            "on-failure",
            Scope.APP,
            "rollback",
            "what follows a failed deploy: the old release alone again, or a pause for its operator to decide",
            "rollback",
            "pause"),
    MONITOR(
            "monitor",
            Scope.APP,
            Kind.TIME,
            "30s",
            "how long a new release is watched after the switch; crashes and errors roll it back; 0: not at all"),
    PROMOTE(
            "promote",
            Scope.APP,
            "auto",
            "blue-green: whether the switch waits for 'footplate promote'",
            "auto",
            "manual"),
    PREVIEW(
            "preview",
            Scope.APP,
            Kind.TEXT,
            "",
            "blue-green and canary: a host name on the app's port, or another port, where the new release alone answers before the switch; empty: none"),
    KEEP_OLD(
            "keep-old",
            Scope.APP,
            Kind.TIME,
            "5m",
            "blue-green: how long after the switch the old processes are kept, ready to take over again"),
    STEPS(
            "steps",
            Scope.APP,
            Kind.TEXT,
            "5%:2m,25%:5m,100%",
            "canary: shares of the requests that the new release gets, each with its time"),
    STICKY(
            "sticky",
            Scope.APP,
            Kind.TEXT,
            "cookie",
            "canary: what keeps a user on one side: cookie (one of our own), header:NAME, or off"),
    CANARY_HEADER(
            "canary-header",
            Scope.APP,
            Kind.TEXT,
            "",
            "canary: a request header that forces a side by 'always' or 'never' (ingress-nginx: canary-by-header); empty: none"),
    CANARY_COOKIE(
            "canary-cookie",
            Scope.APP,
            Kind.TEXT,
            "",
            "canary: a cookie that forces a side by 'always' or 'never' (ingress-nginx: canary-by-cookie); empty: none"),
    MIN_REQUESTS(
            "min-requests",
            Scope.APP,
            Kind.COUNT,
            "100",
            "fewest requests of a new release before it is judged; a canary's step waits for them"),
    MAX_ERROR_RATE(
            "max-error-rate",
            Scope.APP,
            Kind.TEXT,
            "10%",
            "most errors (5xx, answers cut off) of a new release, unless the old one has as many; empty: any"),
    ERROR_TOLERANCE(
            "error-tolerance",
            Scope.APP,
            Kind.TEXT,
            "1%",
            "how many more errors than the old release a new one may have, in percent of the requests"),
    MAX_LATENCY(
            "max-latency",
            Scope.APP,
            Kind.TIME,
            "0",
            "longest time that 19 of 20 requests to a new release may take; 0: any"),
    LATENCY_TOLERANCE(
            "latency-tolerance",
            Scope.APP,
            Kind.TEXT,
            "50%",
            "how much longer than the old release a new one may take, at the median and at the 95th percentile"),
    CHECK(
            "check",
            Scope.APP,
            Kind.TEXT,
            "",
            "a command (its exit code counts) or an http:// address (its status counts) that is asked at the end of each step of a canary and before a blue-green switch; empty: none"),

    // How an instance's health is checked, and how it leaves. Counts from the next start of a process on.
    HEALTH(
            "health",
            Scope.APP,
            Kind.TEXT,
            "",
            "how an instance shows that it is well, before it gets requests and from then on: http:/path (200 to 399), tcp (it takes connections), exec:COMMAND (ends with exit code 0); empty: it is not asked (Kubernetes: readinessProbe, livenessProbe; Docker: HEALTHCHECK; systemd: WatchdogSec)"),
    HEALTH_INTERVAL(
            "health-interval",
            Scope.APP,
            Kind.TIME,
            "10s",
            "from one health check to the next; one that is starting is asked more often (Kubernetes: periodSeconds; Docker: --interval)"),
    HEALTH_TIMEOUT(
            "health-timeout",
            Scope.APP,
            Kind.TIME,
            "5s",
            "longest time of one health check; no answer in it is a failure (Kubernetes: timeoutSeconds; Docker: --timeout)"),
    HEALTH_THRESHOLD(
            "health-threshold",
            Scope.APP,
            Kind.COUNT,
            "3",
            "health checks failed in a row until an instance is replaced, a new one first (Kubernetes: failureThreshold; Docker: --retries)"),
    HEALTH_RISE(
            "health-rise",
            Scope.APP,
            Kind.COUNT,
            "1",
            "health checks passed in a row until a starting instance is ready (Kubernetes: successThreshold; HAProxy: rise)"),
    HEALTH_START_PERIOD(
            "health-start-period",
            Scope.APP,
            Kind.TIME,
            "0",
            "how long failed health checks of a starting instance do not count; then as many as the threshold end its start; 0: it is asked until the start timeout (Kubernetes: startupProbe; Docker: --start-period)"),
    DRAIN(
            "drain",
            Scope.APP,
            Kind.TIME,
            "30s",
            "how long requests and WebSockets of an instance that leaves may go on before it is asked to leave; WebSockets are then closed (1001, going away); a run in the foreground waits 2s where nothing is chosen; counts from the next start of the app on (nginx: worker_shutdown_timeout)"),
    SHUTDOWN_WITH_MESSAGE(
            "shutdown-with-message",
            Scope.APP,
            "off",
            "whether a Node app is asked to leave by process.on('message'), the message 'shutdown', in place of a signal (PM2: --shutdown-with-message)",
            "off",
            "on"),

    // How releases are made.
    MAX_RELEASE_SIZE(
            "max-release-size",
            Scope.APP,
            Kind.SIZE,
            "2GB",
            "most bytes of all files of a release, so that no archive can fill the disk"),
    BUILD_TIMEOUT(
            "build-timeout",
            Scope.APP,
            Kind.TIME,
            "30m",
            "how long the command of --build may take until it is killed"),

    // The daemon's own life.
    UPGRADE_DRAIN(
            "upgrade-drain",
            Scope.SERVER,
            Kind.TIME,
            "1h",
            "how long, after 'footplate upgrade', the old process keeps what it has begun, WebSockets above all; then they are cut (nginx: worker_shutdown_timeout)"),

    // Users and limits of processes.
    DEFAULT_USER(
            "default-user",
            Scope.SERVER,
            Kind.TEXT,
            "nobody",
            "whom an app runs as whose startup file is root's, or of nobody known, where users are switched (Passenger: passenger_default_user)"),
    USER(
            "user",
            Scope.APP,
            Kind.TEXT,
            "",
            "whom the app runs as, by name or number, where users are switched; none: the owner of its startup file (Passenger: passenger_user; PM2: uid)"),
    GROUP(
            "group",
            Scope.APP,
            Kind.TEXT,
            "",
            "its group, by name or number; none: the primary group of its user (Passenger: passenger_group; PM2: gid)"),
    NO_NEW_PRIVS(
            "no-new-privs",
            Scope.APP,
            "off",
            "neither the app nor what it starts can gain rights by a set-user-ID program (systemd: NoNewPrivileges)",
            "off",
            "on"),
    OPEN_FILES(
            "open-files",
            Scope.APP,
            Kind.COUNT,
            "0",
            "most files a process of the app may have open; 0: as many as the daemon (systemd: LimitNOFILE)"),
    MAX_MEMORY(
            "max-memory",
            Scope.APP,
            Kind.SIZE,
            "0",
            "most memory of a process and all it has started; one that uses more for max-memory-time is replaced, the new one first; 0: any (Passenger: passenger_memory_limit; PM2: max_memory_restart)"),
    MAX_MEMORY_TIME(
            "max-memory-time",
            Scope.APP,
            Kind.TIME,
            "30s",
            "how long a process may use more than max-memory, without a break"),
    MAX_REQUESTS(
            "max-requests",
            Scope.APP,
            Kind.COUNT,
            "0",
            "a process is replaced after so many answers, one at a time, the new one first; 0: never (Passenger: passenger_max_requests)"),
    MAX_REQUEST_TIME(
            "max-request-time",
            Scope.APP,
            Kind.TIME,
            "0",
            "longest time of one request, as request-timeout, but the process that had it is replaced as well, the new one first; 0: any (Passenger: passenger_max_request_time)"),
    CRON_RESTART(
            "cron-restart",
            Scope.APP,
            Kind.TEXT,
            "",
            "when all processes are replaced, one after the other, as in crontab(5), in local time: '0 3 * * *', '@daily' (PM2: cron_restart)"),

    // Caps that the kernel keeps (cgroups).
    MAX_MEMORY_HARD(
            "max-memory-hard",
            Scope.APP,
            Kind.SIZE,
            "0",
            "most memory of a process and all it has started, without swap; the kernel kills what wants more, at once; counts from the next start of a process on; 0: any (systemd: MemoryMax; Docker: --memory)"),
    MAX_CPU(
            "max-cpu",
            Scope.APP,
            Kind.TEXT,
            "",
            "most CPU time of a process and all it has started, in percent of one core: 50%, 200%; what wants more waits; counts from the next start of a process on; empty: any (systemd: CPUQuota; Docker: --cpus)"),

    // Which process gets a request.
    BALANCE(
            "balance",
            Scope.APP,
            Kind.TEXT,
            "least_busy_first",
            "how a process is chosen for a request: least_busy_first (Passenger's rule), round_robin, least_conn, random, random_two, ip_hash, 'hash: \"$request_uri\"', the same with 'consistent' behind it, 'least_time: header' or 'least_time: last_byte' (HAProxy: balance; nginx: upstream)"),
    STICKY_SESSIONS(
            "sticky-sessions",
            Scope.APP,
            "off",
            "whether a cookie keeps each client at one process while that is there (Passenger: passenger_sticky_sessions)",
            "off",
            "on"),
    STICKY_SESSIONS_COOKIE(
            "sticky-sessions-cookie",
            Scope.APP,
            Kind.TEXT,
            "footplate-process",
            "that cookie's name (Passenger: passenger_sticky_sessions_cookie_name)");

    /** What a setting applies to. */
    public enum Scope {
        SERVER,
        APP
    }

    /** How its value is written. */
    public enum Kind {
        /** {@code 30s}; kept in milliseconds. */
        TIME,
        /** {@code 8MB}; kept in bytes. */
        SIZE,
        /** A whole number. */
        COUNT,
        /** One of {@link Setting#choices}; kept as its index. */
        CHOICE,
        /** Any text; see {@link Setting#namesFolder}. */
        TEXT
    }

    private final String label;
    private final Scope scope;
    private final Kind kind;
    private final String standard;
    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // never handed out as an array, never written
    private final String[] choices;

    private final int off;

    Setting(String label, Scope scope, Kind kind, String standard, String meaning) {
        this.label = label;
        this.scope = scope;
        this.kind = kind;
        this.standard = standard;
        this.meaning = meaning;
        this.choices = new String[0];
        this.off = -1;
    }

    Setting(String label, Scope scope, String standard, String meaning, String... choices) {
        this.label = label;
        this.scope = scope;
        this.kind = Kind.CHOICE;
        this.standard = standard;
        this.meaning = meaning;
        this.choices = choices;
        this.off = java.util.List.of(choices).indexOf("off");
    }

    /** Its name in flags, files and messages. */
    public String label() {
        return label;
    }

    public Scope scope() {
        return scope;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether a change counts from the next start of the daemon only. */
    public boolean atStart() {
        return this == WORKERS || this == TRANSPORT;
    }

    /** Whether its value is the path of a folder. */
    public boolean namesFolder() {
        return this == ERROR_PAGES || this == SENDFILE_ROOT || this == TEMP_PATH;
    }

    /** Whether 0 is a value though it is less than {@link #least}: it means any. */
    boolean offAtZero() {
        return this == MAX_MEMORY || this == MAX_MEMORY_HARD;
    }

    /** The least value that makes sense, in the kind's unit; 0 is one where the meaning says what it does. */
    long least() {
        return switch (this) {
            case MAX_HEADER_SIZE -> 1_024;
            case MAX_URI_SIZE -> 64;
            // Nothing starts with less: who writes 100 means another unit.
            case MAX_MEMORY, MAX_MEMORY_HARD -> 1 << 20;
            case MAX_CONNECTIONS,
                    CLIENT_HEADER_TIMEOUT,
                    CLIENT_BODY_TIMEOUT,
                    SEND_TIMEOUT,
                    CONNECT_TIMEOUT,
                    READ_TIMEOUT,
                    UPSTREAM_SEND_TIMEOUT,
                    TRIES,
                    ACCESS_LOG_SAMPLE,
                    DEADLINE,
                    MIN_REQUESTS,
                    HEALTH_TIMEOUT,
                    HEALTH_THRESHOLD,
                    HEALTH_RISE -> 1;
            case HEALTH_INTERVAL -> 100;
            default -> 0;
        };
    }

    /** The greatest value that makes sense, in the kind's unit: each loop keeps room for a whole head. */
    long most() {
        return switch (this) {
            case WORKERS -> 256;
            case MAX_HEADER_SIZE, MAX_URI_SIZE -> 1 << 20;
            case CONNECT_TIMEOUT, HEALTH_TIMEOUT -> 3_600_000;
            default -> Long.MAX_VALUE;
        };
    }

    /** The value it has where nobody set one, as an operator would write it. */
    public String standard() {
        return standard;
    }

    /** What it means, in one line. */
    public String meaning() {
        return meaning;
    }

    /** What may be written; empty unless the kind is {@link Kind#CHOICE}. */
    public java.util.List<String> choices() {
        return java.util.List.of(choices);
    }

    /** Which of the choices is {@code off}; -1 if none is. */
    int off() {
        return off;
    }

    /** The setting of this name; null if there is none. */
    public static @Nullable Setting of(String label) {
        for (var setting : values()) {
            if (setting.label.equals(label)) {
                return setting;
            }
        }
        return null;
    }
}
