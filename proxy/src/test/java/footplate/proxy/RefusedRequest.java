package footplate.proxy;

import java.util.stream.Stream;

/**
 * A request that can be understood in two ways, or in none: each has fooled somebody, or breaks a MUST of RFC 9112.
 *
 * @param status what it is answered with; then the connection is closed
 */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
record RefusedRequest(String what, String sent, int status) {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    /** What would be taken for a request of its own, if somebody saw the end of the one before it elsewhere. */
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    @Override
    public String toString() {
        return what;
    }

    private static RefusedRequest no(String what, String sent) {
        return new RefusedRequest(what, sent, 400);
    }

    private static RefusedRequest field(String line) {
        return no(line, POST + line + "\r\n\r\n0\r\n\r\n" + SMUGGLED);
    }

    private static RefusedRequest chunk(String body) {
        return no("chunks " + body, CHUNKED + body + SMUGGLED);
    }

    static Stream<RefusedRequest> all() {
        var requestLines = Stream.of(
                        "GET /",
                        "GET",
                        "",
                        " GET / HTTP/1.1",
                        "\tGET / HTTP/1.1",
                        "GET  / HTTP/1.1",
                        "GET\t/ HTTP/1.1",
                        "GET /\tHTTP/1.1",
                        "GET / HTTP/1.1 ",
                        "GET / HTTP/1.1\t",
                        "GET / X HTTP/1.1",
                        "GET /\u000b HTTP/1.1",
                        "GET /\u00a0HTTP/1.1",
                        "GET /a#b HTTP/1.1",
                        "GET /\u00e9 HTTP/1.1",
                        "GET /\0 HTTP/1.1",
                        "GET /\u007f HTTP/1.1",
                        "GET a HTTP/1.1",
                        "GET a:80 HTTP/1.1",
                        "GET * HTTP/1.1",
                        "POST * HTTP/1.1",
                        "OPTIONS *x HTTP/1.1",
                        "OPTIONS ** HTTP/1.1",
                        "GET ?q HTTP/1.1",
                        "GET ftp://a/ HTTP/1.1",
                        "GET http:/a/ HTTP/1.1",
                        "GET http://a,b/ HTTP/1.1",
                        "GET http:///a HTTP/1.1",
                        "GET http:// HTTP/1.1",
                        "GET http://u:p@a/ HTTP/1.1",
                        "GET http://a\\@b/ HTTP/1.1",
                        "GET http://a:b/ HTTP/1.1",
                        "GET http://a:65536/ HTTP/1.1",
                        "GET http://[::1/ HTTP/1.1",
                        "GET / http/1.1",
                        "GET / HTTP/1.10",
                        "GET / HTTP/01.1",
                        "GET / HTTP/1.",
                        "GET / HTTP/1",
                        "GET / HTTP/+1.1",
                        "GET / HTTP/1,1",
                        "GET / HTTPS/1.1",
                        "GET / \u00c8TTP/1.1",
                        "G\u00cbT / HTTP/1.1",
                        "G(T / HTTP/1.1",
                        "GET: / HTTP/1.1",
                        "\u0016\u0003\u0001")
                .map(line -> no(line, line + "\r\nHost: a\r\n\r\n"));
        var versions = Stream.of("2.0", "0.9", "2.1", "3.0", "9.9")
                .map(version -> new RefusedRequest(version, "GET / HTTP/" + version + "\r\nHost: a\r\n\r\n", 505));
        var methods = Stream.of("CONNECT a:443", "CONNECT /", "TRACE /", "TRACE http://a/")
                .map(line -> new RefusedRequest(line, line + " HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n", 405));
        var hosts = Stream.of(
                        "",
                        "Host:",
                        "Host: ",
                        "Host: a\r\nHost: a",
                        "Host: a\r\nhost: b",
                        "Host: a, b",
                        "Host: a,b",
                        "Host: a b",
                        "Host: a\tb",
                        "Host: u@a",
                        "Host: a/b",
                        "Host: a?b",
                        "Host: a#b",
                        "Host: a\\b",
                        "Host: a:b",
                        "Host: a:-1",
                        "Host: a:+80",
                        "Host: a:80 ,",
                        "Host: a:65536",
                        "Host: a:000080",
                        "Host: a:80:80",
                        "Host: a%",
                        "Host: a%4",
                        "Host: %zz",
                        "Host: %4g.b",
                        "Host: :80",
                        "Host: [::1",
                        "Host: ::1",
                        "Host: []",
                        "Host: [::1]a",
                        "Host: [a.b]x:80",
                        "Host: \u00e9",
                        "Host: a\0",
                        "Host : a",
                        "Host\t: a",
                        " Host: a",
                        "Host\0: a",
                        "Host: a\r\n b")
                .map(line -> no(line, "GET / HTTP/1.1\r\n" + line + (line.isEmpty() ? "" : "\r\n") + "\r\n"));
        var framing = Stream.of(
                        "Content-Length: 5\r\nTransfer-Encoding: chunked",
                        "Transfer-Encoding: chunked\r\nContent-Length: 5",
                        "Content-Length: 0\r\nTransfer-Encoding: chunked",
                        "Content-Length: 5\r\nContent-Length: 5",
                        "Content-Length: 5\r\nContent-Length: 6",
                        "Content-Length: 5\r\ncontent-length: 0",
                        "Content-Length: 5, 5",
                        "Content-Length: 5,6",
                        "Content-Length: ,5",
                        "Content-Length: 5,",
                        "Content-Length:",
                        "Content-Length: +5",
                        "Content-Length: -0",
                        "Content-Length: 0x5",
                        "Content-Length: 5 5",
                        "Content-Length: 5;a",
                        "Content-Length: 5.0",
                        "Content-Length: 5_0",
                        "Content-Length: 1e1",
                        "Content-Length: \"5\"",
                        "Content-Length: \u00b2",
                        "Content-Length: 5\u00a0",
                        "Content-Length: 5\u000b",
                        "Content-Length: 5\0",
                        "Content-Length: \r\n 5",
                        "Content-Length: 9223372036854775808",
                        "Content-Length: 18446744073709551621",
                        "Content-Length: 99999999999999999999999999",
                        "Content-Length : 5",
                        "Content-Length\t: 5",
                        "Content-Length\u00a0: 5",
                        "Content-Length\0: 5",
                        "Content Length: 5",
                        " Content-Length: 5",
                        "\u000bContent-Length: 5",
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
                        "Transfer-Encoding: chunked\r\ntransfer-encoding: x",
                        "Transfer-Encoding: chunked, identity",
                        "Transfer-Encoding: identity, chunked",
                        "Transfer-Encoding: identity",
                        "Transfer-Encoding: gzip, chunked",
                        "Transfer-Encoding: gzip",
                        "Transfer-Encoding: chunked, chunked",
                        "Transfer-Encoding: chunked,",
                        "Transfer-Encoding: ,chunked",
                        "Transfer-Encoding: chunked;a=b",
                        "Transfer-Encoding: chunked chunked",
                        "Transfer-Encoding: xchunked",
                        "Transfer-Encoding: chunkedx",
                        "Transfer-Encoding: \"chunked\"",
                        "Transfer-Encoding: 'chunked'",
                        "Transfer-Encoding:",
                        "Transfer-Encoding: \u000bchunked",
                        "Transfer-Encoding: \u000cchunked",
                        "Transfer-Encoding: chunked\u000b",
                        "Transfer-Encoding: \0chunked",
                        "Transfer-Encoding: chunked\0",
                        "Transfer-Encoding: \u00a0chunked",
                        "Transfer-Encoding: \u0085chunked",
                        "Transfer-Encoding: chun\u212aed".replace('\u212a', '\u00eb'),
                        "Transfer-Encoding\r\n: chunked",
                        "Transfer-Encoding : chunked",
                        "Transfer-Encoding\t: chunked",
                        "Transfer-Encoding\0: chunked",
                        "Transfer-Encoding\u000b: chunked",
                        "Transfer-Encoding:\r\n chunked",
                        "Transfer-Encoding:\r\n\tchunked",
                        "Transfer-Encoding: chunked\r\n , identity",
                        "Transfer-Encoding:\n chunked",
                        " Transfer-Encoding: chunked",
                        "\tTransfer-Encoding: chunked",
                        "X: x\nTransfer-Encoding: chunked",
                        "X: x\rTransfer-Encoding: chunked",
                        "X: x\r\rTransfer-Encoding: chunked",
                        "X: x\0\r\nY: y",
                        "X: x\u0001",
                        "X: x\u007f",
                        "X x: 1",
                        "X\u00e9: 1",
                        "X(: 1",
                        "X\"a\": 1",
                        "X@: 1",
                        "X[]: 1",
                        ": 1",
                        "X",
                        "X;1",
                        "X: a\r\n folded",
                        "X: a\r\n\tfolded",
                        "X: a\r\n \r\nY: b")
                .map(RefusedRequest::field);
        var chunks = Stream.of(
                        "5\r\nhelloX\r\n0\r\n\r\n",
                        "5\r\nhello0\r\n\r\n",
                        "5\r\nhello\n0\r\n\r\n",
                        "5\r\nhello\r0\r\n\r\n",
                        "5\nhello\r\n0\r\n\r\n",
                        "5\rhello\r\n0\r\n\r\n",
                        "5\r\r\nhello\r\n0\r\n\r\n",
                        "5\n\r\nhello\r\n0\r\n\r\n",
                        "\r\n5\r\nhello\r\n0\r\n\r\n",
                        "0\n\n",
                        "0\r\n\n",
                        "0\n\r\n",
                        "0\r\rX",
                        "0x5\r\nhello\r\n0\r\n\r\n",
                        "0X5\r\nhello\r\n0\r\n\r\n",
                        "+5\r\nhello\r\n0\r\n\r\n",
                        "-5\r\nhello\r\n0\r\n\r\n",
                        " 5\r\nhello\r\n0\r\n\r\n",
                        "5 \r\nhello\r\n0\r\n\r\n",
                        "5\t\r\nhello\r\n0\r\n\r\n",
                        "5_\r\nhello\r\n0\r\n\r\n",
                        "5.\r\nhello\r\n0\r\n\r\n",
                        "5,5\r\nhello\r\n0\r\n\r\n",
                        "g\r\nhello\r\n0\r\n\r\n",
                        "\u00b2\r\nhello\r\n0\r\n\r\n",
                        "5\0\r\nhello\r\n0\r\n\r\n",
                        "10000000000000005\r\nhello\r\n0\r\n\r\n",
                        "100000005000000000000000\r\nhello\r\n0\r\n\r\n",
                        "ffffffffffffffff\r\nhello\r\n0\r\n\r\n",
                        "0000000000000005\r\nhello\r\n0\r\n\r\n",
                        ";a\r\nhello\r\n0\r\n\r\n",
                        "5;\r\nhello\r\n0\r\n\r\n",
                        "5;;a\r\nhello\r\n0\r\n\r\n",
                        "5;a=\r\nhello\r\n0\r\n\r\n",
                        "5;=a\r\nhello\r\n0\r\n\r\n",
                        "5;a b\r\nhello\r\n0\r\n\r\n",
                        "5;a=\"b\r\nhello\r\n0\r\n\r\n",
                        "5;a=\"b\"c\r\nhello\r\n0\r\n\r\n",
                        "5;a\nhello\r\n0\r\n\r\n",
                        "5;a\n\r\nhello\r\n0\r\n\r\n",
                        "5;a\rb\r\nhello\r\n0\r\n\r\n",
                        "5;a\0\r\nhello\r\n0\r\n\r\n",
                        "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n",
                        "5;a=\"\\\r\n\"\r\nhello\r\n0\r\n\r\n",
                        "5;\u00e9\r\nhello\r\n0\r\n\r\n",
                        "0\r\nContent-Length: 5\r\n\r\n",
                        "0\r\nContent_Length: 5\r\n\r\n",
                        "0\r\nTransfer-Encoding: chunked\r\n\r\n",
                        "0\r\nHost: evil\r\n\r\n",
                        "0\r\nConnection: close\r\n\r\n",
                        "0\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n",
                        "0\r\nX_Forwarded_For: 6.6.6.6\r\n\r\n",
                        "0\r\nX-Real-IP: 6.6.6.6\r\n\r\n",
                        "0\r\nForwarded: for=6.6.6.6\r\n\r\n",
                        "0\r\nProxy: evil\r\n\r\n",
                        "0\r\nX: 1\n\r\n",
                        "0\r\nX: 1\r\n folded\r\n\r\n",
                        "0\r\nX : 1\r\n\r\n",
                        "0\r\n: 1\r\n\r\n",
                        "0\r\nX\r\n\r\n",
                        "0\r\nX: \0\r\n\r\n",
                        "0\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
                        "0\r\nX: " + "y".repeat(17_000) + "\r\n\r\n",
                        "5;a=" + "y".repeat(5_000) + "\r\nhello\r\n0\r\n\r\n")
                .map(RefusedRequest::chunk);
        var others = Stream.of(
                no("LF line ends", "GET / HTTP/1.1\nHost: a\n\n"),
                no("LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
                no("LF after a field", GET.replace("a\r\n", "a\n") + "\r\n"),
                no("LF for the empty line", GET + "\n" + SMUGGLED),
                no("LFCR", GET + "X: a\n\r\r\n\r\n"),
                no("CR line ends", "GET / HTTP/1.1\rHost: a\r\r\r\n\r\n"),
                no("LF before the request", "\n" + GET + "\r\n"),
                no("NUL before the request", "\0" + GET + "\r\n"),
                no("TE in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                no(
                        "TE and keep-alive in 1.0",
                        "POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                no(
                        "upgrade with a body",
                        GET + "Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nhello"),
                no(
                        "upgrade with chunks",
                        GET
                                + "Connection: upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                no("absolute form without Host", "GET http://a/ HTTP/1.1\r\n\r\n"),
                no("absolute form with a bad Host", "GET http://a/ HTTP/1.1\r\nHost: a b\r\n\r\n"),
                no("absolute form with two Hosts", "GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
                new RefusedRequest("unknown expectation", POST + "Expect: 200-ok\r\nContent-Length: 1\r\n\r\nx", 417),
                new RefusedRequest(
                        "two expectations", POST + "Expect: 100-continue, x\r\nContent-Length: 1\r\n\r\nx", 417),
                new RefusedRequest(
                        "a target of 17 KB", "GET /" + "a".repeat(17_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
                new RefusedRequest(
                        "a method of 70 KB: a request line too long",
                        "G".repeat(70_000) + " / HTTP/1.1\r\nHost: a\r\n\r\n",
                        414),
                new RefusedRequest("a field of 70 KB", GET + "X: " + "a".repeat(70_000) + "\r\n\r\n", 431),
                new RefusedRequest("a name of 70 KB", GET + "a".repeat(70_000) + ": x\r\n\r\n", 431),
                new RefusedRequest("600 fields", GET + "X: a\r\n".repeat(600) + "\r\n", 431),
                new RefusedRequest(
                        "a Connection of 100 names", GET + "Connection: " + "a, ".repeat(100) + "b\r\n\r\n", 431));
        return Stream.of(requestLines, versions, methods, hosts, framing, chunks, others)
                .flatMap(some -> some);
    }
}
