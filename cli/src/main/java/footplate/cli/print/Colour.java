package footplate.cli.print;

/** The few colours there are, as SGR codes; {@link #PLAIN} is none. */
public enum Colour {
    PLAIN(""),
    BOLD("1"),
    DIM("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33"),
    CYAN("36");

    private final String code;

    Colour(String code) {
        this.code = code;
    }

    /** {@return the text in this colour where colours are wanted} */
    public String paint(String text, boolean wanted) {
        return !wanted || this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + 'm' + text + "\u001b[0m";
    }

    /** {@return the colour of a state of an app or an instance} */
    public static Colour ofState(String state) {
        return switch (state) {
            case "running" -> GREEN;
            case "failed" -> RED;
            case "stopped", "stopping" -> DIM;
            default -> YELLOW;
        };
    }
}
