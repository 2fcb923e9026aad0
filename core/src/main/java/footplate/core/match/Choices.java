package footplate.core.match;

import footplate.core.config.routes.Route;
import footplate.core.http.RequestHead;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes of the same host and path, those with more conditions first, else in the file's order. */
final class Choices {
    /** No route. */
    static final int NONE = -1;

    /** A route by its place. */
    record Choice(int place, @Nullable Conditions conditions, int count) {
        static Choice of(int place, Route route) {
            return new Choice(place, Conditions.of(route), Conditions.count(route));
        }
    }

    private final Choice[] choices;

    Choices(List<Choice> choices) {
        this.choices = choices.stream()
                .sorted(Comparator.comparingInt(Choice::count).reversed())
                .toArray(Choice[]::new);
    }

    /** The place of the first route that is for the request; {@link #NONE} if none is. */
    int find(RequestHead head, Captured captured) {
        for (var choice : choices) {
            if ((choice.conditions == null || choice.conditions.fit(head, captured)) && captured.takes(choice.place)) {
                return choice.place;
            }
        }
        return NONE;
    }
}
