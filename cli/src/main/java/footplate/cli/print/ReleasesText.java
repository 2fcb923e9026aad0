package footplate.cli.print;

import footplate.api.v1.Differences.Difference;
import footplate.api.v1.ReleaseInfo;
import footplate.cli.print.Table.Cell;
import footplate.cli.print.Table.Column;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Releases and what is different between them, as tables. */
public final class ReleasesText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private ReleasesText() {}

    /**
     * {@return the releases of an app}
     *
     * @param zone whose time of day is shown
     */
    public static String history(List<ReleaseInfo> releases, ZoneId zone, int width, boolean colours) {
        var table = new Table(List.of(
                new Column("RELEASE", true, false),
                new Column("WHEN", false, false),
                new Column("WHO", false, true),
                new Column("CODE", false, true),
                new Column("STATE", false, true)));
        for (ReleaseInfo release : releases) {
            table.row(List.of(
                    Cell.of(release.number()),
                    Cell.of(TIME.format(Instant.ofEpochMilli(release.whenMs()).atZone(zone))),
                    Cell.of(release.who()),
                    Cell.of(release.origin()
                            + (release.code() == release.number() ? "" : " (as in release " + release.code() + ")")),
                    state(release)));
        }
        return table.text(width, colours);
    }

    private static Cell state(ReleaseInfo release) {
        if (release.current()) {
            return new Cell("serves", Colour.GREEN);
        }
        String ended = release.ended() != null
                ? release.ended()
                : release.state().equals(ReleaseInfo.WARM) ? "kept warm" : "rolls out";
        return new Cell(
                ended + (release.kept() || release.ended() == null ? "" : " (removed)"),
                ended.startsWith("failed") ? Colour.RED : release.kept() ? Colour.PLAIN : Colour.DIM);
    }

    /** {@return what is different between two releases} */
    public static String diff(List<Difference> differences, int from, int to, int width, boolean colours) {
        var table = new Table(List.of(
                new Column("WHAT", false, false),
                new Column("RELEASE " + from, false, true),
                new Column("RELEASE " + to, false, true)));
        for (Difference difference : differences) {
            boolean changed = difference.before() != null && difference.after() != null;
            table.row(List.of(
                    Cell.of((difference.variable() ? "env " : "") + difference.what()),
                    Cell.of(side(difference, difference.before(), changed)),
                    Cell.of(side(difference, difference.after(), changed))));
        }
        return table.text(width, colours);
    }

    /** A variable's value is never shown, so that the word has to tell what the values would. */
    private static String side(
            Difference difference, @org.jspecify.annotations.Nullable String value, boolean changed) {
        if (value == null) {
            return "-";
        }
        return difference.variable() ? (changed ? "*** (changed)" : "***") : value;
    }
}
