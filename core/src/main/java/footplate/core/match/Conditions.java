package footplate.core.match;

import footplate.core.config.routes.Route;
import footplate.core.http.AskedFields;
import footplate.core.http.Method;
import footplate.core.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a route asks of a request besides host and path; all of it must be so. */
final class Conditions {
    private record Field(String name, Wanted wanted) {}

    private static final class Parameter {
        private final byte[] name;
        private final Wanted wanted;

        private Parameter(String name, String wanted) {
            this.name = name.getBytes(StandardCharsets.UTF_8);
            this.wanted = Wanted.of(wanted);
        }
    }

    private final Set<Method> methods = EnumSet.noneOf(Method.class);
    private final Set<String> otherMethods;
    private final List<Field> fields;
    private final List<Parameter> parameters;

    private Conditions(Route route) {
        for (var name : route.methods()) {
            for (var method : Method.values()) {
                if (method.name().equals(name) && method != Method.OTHER) {
                    methods.add(method);
                }
            }
        }
        // nginx's limit_except: who allows GET allows HEAD, which asks for the same and wants less of it.
        if (methods.contains(Method.GET)) {
            methods.add(Method.HEAD);
        }
        this.otherMethods = Set.copyOf(route.methods());
        this.fields = route.headers().entrySet().stream()
                .map(entry -> new Field(entry.getKey(), Wanted.of(entry.getValue())))
                .toList();
        this.parameters = route.query().entrySet().stream()
                .map(entry -> new Parameter(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Null if {@code route} has none. */
    static @Nullable Conditions of(Route route) {
        return count(route) == 0 ? null : new Conditions(route);
    }

    /** How many {@code route} has; methods are one. */
    static int count(Route route) {
        return (route.methods().isEmpty() ? 0 : 1)
                + route.headers().size()
                + route.query().size();
    }

    boolean fit(RequestHead head, Captured captured) {
        return fitsMethod(head) && fieldsFit(head, captured.text()) && parametersFit(head, captured);
    }

    private boolean fitsMethod(RequestHead head) {
        if (otherMethods.isEmpty() || methods.contains(head.method())) {
            return true;
        }
        return head.method() == Method.OTHER && otherMethods.contains(head.methodName());
    }

    /** A field with several lines fits where one of them does. */
    private boolean fieldsFit(RequestHead head, CountedText text) {
        for (int i = 0; i < fields.size(); i++) {
            if (!fits(fields.get(i), head, text)) {
                return false;
            }
        }
        return true;
    }

    private static boolean fits(Field field, RequestHead head, CountedText text) {
        var lines = head.lines();
        int line = AskedFields.line(head, field.name, 0);
        while (line >= 0) {
            if (field.wanted.fits(head.bytes(), lines.valueStart(line), lines.valueEnd(line), text)) {
                return true;
            }
            line = AskedFields.line(head, field.name, line + 1);
        }
        return false;
    }

    private boolean parametersFit(RequestHead head, Captured captured) {
        for (int i = 0; i < parameters.size(); i++) {
            if (!fits(parameters.get(i), head, captured)) {
                return false;
            }
        }
        return true;
    }

    private static boolean fits(Parameter parameter, RequestHead head, Captured captured) {
        var given = captured.parameters();
        given.read(head);
        while (given.next()) {
            if (given.isNamed(parameter.name)) {
                given.decodeValue();
                if (parameter.wanted.fits(given.value(), given.from(), given.to(), captured.text())) {
                    return true;
                }
            }
        }
        return false;
    }
}
