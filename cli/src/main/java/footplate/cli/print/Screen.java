package footplate.cli.print;

import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Journey;
import footplate.api.v1.Problem;
import java.io.PrintStream;
import java.util.Map;

/**
 * Where a command writes: answers to {@code out}, everything else to {@code err}.
 *
 * @param out buffered; whoever made it flushes it at the end
 * @param err for problems, notes and progress
 * @param width columns of the terminal behind {@code out}; 0 if there is none
 * @param errWidth columns of the terminal behind {@code err}; 0 if there is none
 * @param colours whether they are wanted where there is a terminal
 */
public record Screen(PrintStream out, PrintStream err, int width, int errWidth, boolean colours) {
    /** {@return whether an environment wants colours: NO_COLOR is not set or empty (no-color.org), TERM is not dumb} */
    public static boolean wantsColours(Map<String, String> environment) {
        String no = environment.get("NO_COLOR");
        return (no == null || no.isEmpty()) && !"dumb".equals(environment.get("TERM"));
    }

    /** {@return whether to colour what goes to out} */
    public boolean colourOut() {
        return colours && width > 0;
    }

    private boolean colourErr() {
        return colours && errWidth > 0;
    }

    /** Prints text as it is: whoever made it made it harmless. */
    public void print(String text) {
        out.print(text);
    }

    /** Prints a line; the text is made harmless. */
    public void line(String text) {
        out.print(Words.harmless(text));
        out.print('\n');
    }

    /** Tells something beside the answer. */
    public void note(String text) {
        clearProgress();
        err.print(Words.harmless(text));
        err.print('\n');
        err.flush();
    }

    /** Tells how far a call is: on a terminal one line that is written over, elsewhere a line each. */
    public void progress(String text) {
        String safe = Words.harmless(text);
        if (errWidth > 0 && colours) {
            err.print("\r\u001b[K" + Words.fit(safe, errWidth - 1));
        } else {
            err.print(safe);
            err.print('\n');
        }
        err.flush();
    }

    /** Whether lines that were written beside the answer can be written over. */
    boolean isLive() {
        return errWidth > 0 && colours;
    }

    /** Writes a whole line beside the answer; on a terminal one that is cut rather than broken. */
    void beside(String text) {
        String safe = Words.harmless(text);
        err.print(isLive() ? Words.fit(safe, errWidth - 1) : safe);
        err.print('\n');
        err.flush();
    }

    /** Takes the last lines beside the answer away. */
    void up(int lines) {
        err.print("\r\u001b[" + lines + "A\u001b[J");
        err.flush();
    }

    /** Takes the progress line away before something else is written. */
    public void clearProgress() {
        if (errWidth > 0 && colours) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }

    /** Tells a problem: what, where, and how to mend it. */
    public void problem(Problem problem) {
        clearProgress();
        var text = new StringBuilder();
        text.append(Colour.RED.paint(Words.harmless(problem.where()), colourErr()))
                .append(": ");
        sentence(text, problem.what());
        text.append('\n');
        if (!problem.mend().isEmpty()) {
            text.append("    ");
            sentence(text, problem.mend());
            text.append('\n');
        }
        err.print(text);
        err.flush();
    }

    /** Tells why a call failed: its problems, and the journey of a start. */
    public void failure(ErrorAnswer answer) {
        Journey journey = answer.journey();
        for (Problem problem : answer.problems()) {
            problem(problem);
        }
        if (journey != null) {
            err.print(journey(journey, errWidth, colourErr()));
            err.flush();
        }
    }

    /** {@return a journey in words: its steps with their times, the last output, the cure; each line ended} */
    public static String journey(Journey journey, int width, boolean colours) {
        var text = new StringBuilder();
        int longest = 0;
        for (Journey.Step step : journey.steps()) {
            longest = Math.max(longest, Words.width(Words.harmless(step.name())));
        }
        for (Journey.Step step : journey.steps()) {
            boolean reached = !step.outcome().equals(Journey.Step.NOT_REACHED);
            boolean failed = step.outcome().equals(Journey.Step.FAILED);
            String name = Words.harmless(step.name());
            text.append("    ")
                    .append((failed ? Colour.RED : reached ? Colour.GREEN : Colour.DIM)
                            .paint(failed ? "✗" : reached ? "✓" : "·", colours));
            text.append(' ').append(name).repeat(' ', longest - Words.width(name) + 2);
            text.append(reached ? Words.exact(step.tookMs()) : "not reached").append('\n');
        }
        if (!journey.lastOutput().isEmpty()) {
            text.append("    The last lines it wrote:\n");
            for (String line : journey.lastOutput()) {
                String safe = Words.harmless(line);
                text.append("      | ")
                        .append(width > 20 ? Words.fit(safe, width - 8) : safe)
                        .append('\n');
            }
        }
        text.append("    Problem: ");
        sentence(text, journey.problem());
        text.append('\n');
        if (!journey.cure().isEmpty()) {
            text.append("    Cure:    ");
            sentence(text, journey.cure());
            text.append('\n');
        }
        return text.toString();
    }

    private static void sentence(StringBuilder text, String words) {
        String safe = Words.harmless(words);
        text.append(safe);
        if (!safe.isEmpty() && ".!?…".indexOf(safe.charAt(safe.length() - 1)) < 0) {
            text.append('.');
        }
    }
}
