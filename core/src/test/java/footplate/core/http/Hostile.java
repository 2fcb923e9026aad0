package footplate.core.http;

import java.util.Random;

/**
 * Messages from a seed: most of them nearly right, put together from what the grammar allows and from what has fooled
 * servers before, with now and then a byte changed, lost, doubled or moved.
 */
public final class Hostile {
    private static final String[] METHODS = {
        "GET",
        "GET",
        "GET",
        "HEAD",
        "POST",
        "POST",
        "PUT",
        "DELETE",
        "OPTIONS",
        "PATCH",
        "CONNECT",
        "TRACE",
        "PURGE",
        "get",
        "G#T!",
        "GETX",
        "POSTE",
        "",
        "G(T",
        "TRACK",
        "OPTIONX",
        "M-SEARCH"
    };
    private static final String[] TARGETS = {
        "/", "/", "/", "/a?b=c", "/%2e%2e/x", "*", "http://h/p", "http://H:81", "HTTPS://[::1]:8/?q", "http://u@h/",
                "http:///x",
        "http://h?x", "http://h:x/", "ftp://h/", "h:80", "//h/x", "/a#b", "/\u00e4", "/a b", "", "/\"<>\\^`{|}",
                "http://h:99999/",
        "http://", "http://h,i/", "x", "/\0", "/a\tb", "http:/h/", "https://h:/"
    };
    private static final String[] VERSIONS = {
        " HTTP/1.1", " HTTP/1.1", " HTTP/1.1", " HTTP/1.1", " HTTP/1.1", " HTTP/1.1", " HTTP/1.0", " HTTP/1.0",
                " HTTP/1.2",
        " HTTP/2.0", " HTTP/0.9", " http/1.1", " HTTP/1.10", "", " HTTP/1,1", " HTTP/1.1 ", "\tHTTP/1.1", "  HTTP/1.1",
        " HTTP/01.1", " HTTP/1.", " HTTPS/1.1", " HTTP/+1.1"
    };
    private static final String[] ENDS = {
        "\n", "\r", "\r\r\n", "\n\r", "\0\r\n", "", " \r\n", "\r\n ", "\r\n\t", "\u000b\r\n"
    };
    private static final String[] COLONS = {": ", ": ", ": ", ":", ":", ":\t ", ":  "};
    private static final String[] BAD_COLONS = {" : ", "\t:", "", " ", ";", "\0:", "\u00a0:", "=", "\r\n:", "\u000b: "};
    private static final String[] HOSTS = {
        "h", "h", "h", "Shop.Example:80", "h:", "[::1]", "[::1]:80", "1.2.3.4:5", "a_b", "h.", "", "h:x", "h:65535",
                "h:65536",
        "h:00080", "h:123456", "h i", "h,i", "u@h", "h/p", "[::1", "::1", "[]", "h\0", "h:80:80", "%41", "h;i", "\u00e4"
    };
    private static final String[] LENGTHS = {
        "0",
        "5",
        "5",
        "10",
        "007",
        "",
        "+5",
        "-5",
        "5,5",
        "5 5",
        "0x5",
        "5.0",
        "5_0",
        "99999999999999999999",
        "999999999999999999",
        "1e1",
        "\"5\"",
        "5;",
        "\u00b2",
        "5\0",
        "00000000000000000005"
    };
    private static final String[] CODINGS = {
        "chunked",
        "chunked",
        "chunked",
        "Chunked",
        "CHUNKED",
        "identity",
        "gzip, chunked",
        "chunked, identity",
        "chunked, chunked",
        "chunked,",
        ",chunked",
        "",
        "\"chunked\"",
        "'chunked'",
        "xchunked",
        "chunkedx",
        "chunked;q=1",
        "\u000bchunked",
        "chunk\u00e9d",
        "chunked\0",
        "chu nked",
        "chunked\u000b"
    };
    private static final String[] NAMES = {
        "X-A",
        "X-B",
        "Cookie",
        "Accept",
        "Date",
        "Via",
        "X_C",
        "X_Forwarded_For",
        "Content_Length",
        "Transfer_Encoding",
        "X-Forwarded-For",
        "X-Forwarded-",
        "X-Forwarded-Host",
        "x-real-ip",
        "Forwarded",
        "Proxy",
        "Proxy-Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "HTTP2-Settings",
        "Proxy-Authorization",
        "Proxy-Authenticate",
        "If-None-Match",
        "If_None_Match",
        "Max-Forwards",
        "Range",
        "Server",
        "If-Modified-Since",
        "X-Very-Long-Name-Of-A-Field",
        "Hos",
        "Hosts",
        "Content-Lengt",
        "Content-Length-",
        "Transfer-Encodin",
        "Datf",
        "Ted",
        "x-forwarded-FOR",
        "X-forwarded_for",
        "X-Sendfile-Type",
        "X_Sendfile_Type",
        "x-accel-mapping",
        "max-forwards"
    };
    private static final String[] BAD_NAMES = {
        "", "X A", "X(", "\u00e9", "X\0", "Host\t", " X", "X\u007f", "X\"", "X@", "\u000bHost"
    };
    private static final String[] VALUES = {
        "1",
        "",
        "a b",
        "a, b",
        "\u00e9",
        "trailers",
        "trailers, deflate;q=0.5",
        "3",
        "0",
        "text/html",
        "timeout=5, max=3",
        "a\tb ",
        "6.6.6.6",
        "\"q\\\"\"",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "x:y",
        "deflate,trailers",
        "00",
        "-1"
    };
    private static final String[] BAD_VALUES = {"a\0b", "a\rb", "a\nb", "\u007f", "a\u0001", "a\r\n b", "\u000b"};
    private static final String[] OPTIONS = {
        "close",
        "keep-alive",
        "Keep-Alive",
        "Upgrade",
        "X-A",
        "x-b",
        "TE",
        "te",
        "Content-Length",
        "Host",
        "X-Forwarded-For",
        "Date",
        "Cookie",
        "X_C",
        "Expect",
        "Transfer-Encoding",
        "X-Real-IP",
        "",
        "close ",
        "upgrade"
    };
    private static final String[] UPGRADES = {
        "websocket", "websocket", "WebSocket", "h2c", "websocket, h2c", "h2c, websocket", ""
    };
    private static final String[] EXPECTS = {
        "100-continue", "100-continue", "100-Continue", "200-ok", "", "100-continue, x"
    };
    private static final String[] STATUSES = {
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200",
        "HTTP/1.1 200 ",
        "HTTP/1.0 200 OK",
        "HTTP/1.1 204 No",
        "HTTP/1.1 304 N",
        "HTTP/1.1 100 C",
        "HTTP/1.1 103 E",
        "HTTP/1.1 101 S",
        "HTTP/1.1 404 \u00e9",
        "HTTP/1.1 999 x",
        "HTTP/1.1 426 U",
        "HTTP/1.1 099 x",
        "HTTP/1.1 1000 x",
        "HTTP/1.1 20 x",
        "HTTP/2.0 200 x",
        "HTTP/1.2 200 x",
        "http/1.1 200 x",
        "HTTP/1.1  200 x",
        "HTTP/1.1 2x0",
        "HTTP/1.1 200\tOK",
        "HTTP/1.1 200 O\0K",
        "ICY 200 OK",
        "",
        "HTTP/1.1",
        "HTTP/1.1 +20 x",
        " HTTP/1.1 200 OK",
        "HTTP/1.1 500 a b c"
    };
    private static final String[] SIZES = {
        "0",
        "0",
        "1",
        "3",
        "5",
        "a",
        "0A",
        "000",
        "00000000000005",
        "0000000000000005",
        "0x5",
        "+1",
        "-1",
        "",
        " 5",
        "5 ",
        "1_0",
        "fffffffffffffff",
        "ffffffffffffffff",
        "g",
        "3\0",
        "\u00b3"
    };
    private static final String[] EXTENSIONS = {
        ";a",
        ";a=b",
        ";a=\"b;c\"",
        " ; a = b",
        ";a=\"\\\"\"",
        ";",
        ";;",
        ";=b",
        ";a=",
        ";a=\"",
        ";a b",
        ";a ",
        ";a\n",
        ";a\r",
        ";a\0",
        ";a=\"\n\"",
        ";a=b;c",
        "\t;\ta\t=\t\"\u00e9\"",
        ";a==b",
        ";a=\"b\"c",
        " a",
        ";a=\"b\" ;d",
        ";a=\"\\"
    };
    private static final String[] TRAILERS = {
        "X-T: 1",
        "X-T:",
        "Server-Timing: a",
        "Content-Length: 5",
        "content_length: 5",
        "Host: x",
        "Transfer-Encoding: chunked",
        "X-Forwarded-For: 6",
        "X-Forwarded-:",
        "TE: x",
        "Bad Trailer: 1",
        "X",
        ": x",
        "X-T : 1",
        " folded",
        "X_T: 1",
        "If-Match: x",
        "If_Match: x",
        "X-T: a\nb",
        "A-Name-That-Is-Longer-Than-Any-That-We-Know: 1",
        "x_forwarded_anything-at-all-even-if-long: 1"
    };

    private static final String NASTY = "\r\n :\t,;0\0\u000b\u00ff-_";

    private Hostile() {}

    static String one(String[] of, Random random) {
        return of[random.nextInt(of.length)];
    }

    private static boolean rarely(Random random) {
        return random.nextInt(40) == 0;
    }

    private static String end(Random random) {
        return random.nextInt(120) == 0 ? one(ENDS, random) : "\r\n";
    }

    /** A request's head, perhaps with something behind it, perhaps not to its end. */
    public static String request(Random random) {
        var text = new StringBuilder(plain(METHODS, 12, random)).append(rarely(random) ? one(ENDS, random) : " ");
        text.append(plain(TARGETS, 9, random))
                .append(plain(VERSIONS, 8, random))
                .append(end(random));
        int hosts = rarely(random) ? random.nextInt(3) : 1;
        boolean framed = false;
        int lines = random.nextInt(8);
        int hostAt = random.nextInt(lines + 1);
        for (int i = 0; i <= lines; i++) {
            if (i == hostAt) {
                for (int k = 0; k < hosts; k++) {
                    line(text, "Host", plain(HOSTS, 10, random), random);
                }
            }
            int kind = random.nextInt(12);
            if (kind == 0 && (!framed || rarely(random))) {
                framed = true;
                line(text, "Content-Length", plain(LENGTHS, 5, random), random);
            } else if (kind == 1 && (!framed || rarely(random))) {
                framed = true;
                line(text, "Transfer-Encoding", plain(CODINGS, 5, random), random);
            } else {
                field(text, kind, random);
            }
        }
        return cut(text.append(end(random)), random);
    }

    /** Mostly one of the first {@code good}, sometimes any. */
    private static String plain(String[] of, int good, Random random) {
        return rarely(random) ? one(of, random) : of[random.nextInt(good)];
    }

    private static void field(StringBuilder text, int kind, Random random) {
        switch (kind) {
            case 2 -> {
                var options = new StringBuilder(one(OPTIONS, random));
                while (random.nextBoolean()) {
                    options.append(random.nextBoolean() ? ", " : ",").append(one(OPTIONS, random));
                }
                line(text, "Connection", options.toString(), random);
            }
            case 3 -> line(text, "Upgrade", one(UPGRADES, random), random);
            case 4 -> line(text, "Expect", plain(EXPECTS, 3, random), random);
            default -> {
                var name = random.nextInt(300) == 0 ? one(BAD_NAMES, random) : one(NAMES, random);
                line(text, name, random.nextInt(300) == 0 ? one(BAD_VALUES, random) : one(VALUES, random), random);
            }
        }
    }

    private static void line(StringBuilder text, String name, String value, Random random) {
        var colon = random.nextInt(200) == 0 ? one(BAD_COLONS, random) : one(COLONS, random);
        text.append(random.nextInt(8) == 0 ? otherCase(name, random) : name)
                .append(colon)
                .append(value)
                .append(end(random));
    }

    private static String otherCase(String name, Random random) {
        return random.nextBoolean() ? name.toUpperCase(java.util.Locale.ROOT) : name.toLowerCase(java.util.Locale.ROOT);
    }

    /** An answer's head, perhaps with something behind it, perhaps not to its end. */
    public static String response(Random random) {
        var text = new StringBuilder(plain(STATUSES, 13, random)).append(end(random));
        boolean framed = false;
        for (int i = random.nextInt(7); i > 0; i--) {
            int kind = random.nextInt(12);
            if (kind == 0 && (!framed || rarely(random))) {
                framed = true;
                line(text, "Content-Length", plain(LENGTHS, 5, random), random);
            } else if (kind == 1 && (!framed || rarely(random))) {
                framed = true;
                line(text, "Transfer-Encoding", plain(CODINGS, 5, random), random);
            } else {
                field(text, kind == 4 ? 5 : kind, random);
            }
        }
        return cut(text.append(end(random)), random);
    }

    /** A whole answer with its body, and what goes before and behind it. */
    public static String answer(Random random) {
        var stream = new StringBuilder();
        while (random.nextInt(6) == 0) {
            stream.append("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
        }
        switch (random.nextInt(7)) {
            case 0 -> stream.append(response(random)).append("body");
            case 1 -> stream.append("HTTP/1.1 200 OK\r\n\r\nto the end");
            case 2 -> stream.append("HTTP/1.0 404 Not Found\r\nContent-Length: 9\r\n\r\n123456789");
            case 3 -> stream.append("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");
            case 4 -> stream.append("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123456789");
            default ->
                stream.append("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .append(chunks(random));
        }
        return stream.append("X".repeat(random.nextInt(8) == 0 ? random.nextInt(5) : 0))
                .toString();
    }

    /** A chunked body, perhaps with something behind it, perhaps not to its end. */
    public static String chunks(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            int size = 1 + random.nextInt(20);
            var shown = rarely(random) ? one(SIZES, random) : Integer.toHexString(size);
            text.append(random.nextInt(6) == 0 ? "0" : "").append(shown);
            text.append(random.nextInt(4) == 0 ? one(EXTENSIONS, random) : "").append(end(random));
            text.append("0\r\n\r\nGET / ab\n\r\u00ff0".repeat(2), 0, rarely(random) ? random.nextInt(24) : size);
            text.append(end(random));
        }
        text.append(rarely(random) ? one(SIZES, random) : "0");
        text.append(random.nextInt(8) == 0 ? one(EXTENSIONS, random) : "").append(end(random));
        while (random.nextInt(4) == 0) {
            text.append(random.nextInt(3) == 0 ? one(TRAILERS, random) : "X-T: 1")
                    .append(end(random));
        }
        return cut(text.append(end(random)), random);
    }

    private static String cut(StringBuilder text, Random random) {
        while (random.nextInt(6) == 0 && text.length() > 0) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, NASTY.charAt(random.nextInt(NASTY.length())));
                case 3 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(30))));
                default -> text.setCharAt(at, NASTY.charAt(random.nextInt(NASTY.length())));
            }
        }
        if (random.nextInt(10) == 0) {
            text.setLength(random.nextInt(text.length() + 1));
        } else if (random.nextBoolean()) {
            text.append("GET /next HTTP/1.1\r\n", 0, random.nextInt(20));
        }
        return text.toString();
    }

    /** A text with every byte to be seen, to be printed by a failing test. */
    public static String visible(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '\\' -> out.append("\\\\");
                default -> out.append(c < 0x20 || c > 0x7E ? String.format("\\x%02x", (int) c) : String.valueOf(c));
            }
        }
        return out.toString();
    }
}
