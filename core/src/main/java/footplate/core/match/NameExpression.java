package footplate.core.match;

import java.nio.charset.StandardCharsets;

/** A regular expression that one name is held against, bounded as those of routes are: the name is a stranger's. */
public final class NameExpression {
    private final Expression expression;

    /** Whether a name fits. */
    public enum Fit {
        YES,
        NO,
        /** It took too long to find out. */
        UNKNOWN
    }

    /** @param text without the tilde */
    public NameExpression(String text) {
        expression = Expression.ofHost(text);
    }

    /**
     * Holds a name against it.
     *
     * @param name in lower case
     */
    public Fit fit(String name) {
        var allowance = new CountedText.Allowance();
        allowance.renew(Captured.MOST_READ);
        var octets = name.getBytes(StandardCharsets.ISO_8859_1);
        try {
            return expression.in(new CountedText(allowance).over(octets, 0, octets.length)) == null ? Fit.NO : Fit.YES;
        } catch (CountedText.Exhausted | StackOverflowError tooFar) {
            return Fit.UNKNOWN;
        }
    }
}
