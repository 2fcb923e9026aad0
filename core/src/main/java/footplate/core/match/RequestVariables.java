package footplate.core.match;

import footplate.core.http.AskedFields;
import footplate.core.http.QueryParameters;
import footplate.core.http.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * What templates can name of a request, all of it as the client wrote it but {@code host}. Its values are texts of their own; it is
 * itself true until the head's bytes change.
 *
 * @param groups of the route that it is for
 */
public record RequestVariables(RequestHead head, Groups groups, Connection connection) implements Variables {
    /** What the head does not say. */
    public interface Connection {
        /** {@code http} or {@code https}. */
        String scheme();

        /** The port that the client connected to. */
        int port();

        /** The client's address, numeric. */
        String clientAddress();

        String requestId();
    }

    @Override
    public @Nullable String value(String name) {
        var group = groups.value(name);
        if (group != null) {
            return group;
        }
        return switch (name) {
            case "host" -> head.hostName();
            case "uri", "request_uri" -> uri();
            case "path" -> path(uri());
            case "query" -> query(uri());
            case "scheme" -> connection.scheme();
            case "method" -> head.methodName();
            case "port" -> Integer.toString(connection.port());
            case "remote_addr" -> connection.clientAddress();
            case "request_id" -> connection.requestId();
            default -> named(name);
        };
    }

    private @Nullable String named(String name) {
        if (name.startsWith("http_")) {
            return AskedFields.all(head, name.substring("http_".length()).replace('_', '-'));
        }
        if (name.startsWith("arg_")) {
            var value = QueryParameters.written(head, name.substring("arg_".length()));
            return value == null ? "" : value;
        }
        if (name.startsWith("cookie_")) {
            var value = AskedFields.cookie(head, name.substring("cookie_".length()));
            return value == null ? "" : value;
        }
        return null;
    }

    /** The asterisk form means the server as a whole: its root. */
    private String uri() {
        var uri = head.path();
        return uri.startsWith("/") ? uri : "/";
    }

    private static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    private static String query(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? "" : uri.substring(query + 1);
    }
}
