package footplate.cli.print;

import footplate.api.v1.ServerCounts;
import footplate.cli.print.Table.Cell;
import footplate.cli.print.Table.Column;
import java.util.ArrayList;
import java.util.List;

/** What the server has done and holds, in words. */
public final class ServerText {
    private ServerText() {}

    /**
     * {@return the table of {@code status --show=server}}
     *
     * @param title whose counts they are
     */
    public static String status(String title, ServerCounts counts, int width, boolean colours) {
        var table = new Table(List.of(new Column(title, false, true), new Column("count", true, false)));
        row(table, "connections open", Long.toString(counts.connections()));
        row(table, "… of them parked", Long.toString(counts.parked()));
        row(table, "connections accepted", Long.toString(counts.accepted()));
        row(table, "connections turned away for want of room", Long.toString(counts.turnedAway()));
        row(table, "connections closed, not understood", Long.toString(counts.malformed()));
        row(table, "requests", Long.toString(counts.requests()));
        row(table, "… answered in full", Long.toString(counts.answered()));
        row(table, "… answered with a file", Long.toString(counts.files()));
        row(table, "… answered with an error of our own", Long.toString(counts.refused()));
        row(table, "… left by their client", Long.toString(counts.clientGone()));
        row(table, "… cut off in the answer", Long.toString(counts.broken()));
        row(table, "requests sent again", Long.toString(counts.retried()));
        row(table, "copies sent to mirrors", Long.toString(counts.mirrored()));
        row(table, "… of them lost", Long.toString(counts.mirrorsDropped()));
        row(table, "idle connections to processes and servers", Long.toString(counts.idleUpstream()));
        row(table, "lines missing from access logs", Long.toString(counts.logLinesDropped()));
        row(table, "mistakes of Footplate's own", Long.toString(counts.bugs()));
        row(table, "memory of buffered bodies", Words.memory(counts.bufferBytes()));
        row(table, "disk of buffered bodies", Words.memory(counts.tempDiskBytes()));
        return table.text(width, colours);
    }

    private static void row(Table table, String what, String count) {
        table.row(List.of(Cell.of(what), Cell.of(count)));
    }

    /** {@return what there was no room for; empty if there was for everything} */
    public static String shortages(ServerCounts counts) {
        List<String> parts = new ArrayList<>();
        if (counts.turnedAway() > 0) {
            parts.add(Words.count(counts.turnedAway(), "connection was", "connections were")
                    + " turned away for want of room");
        }
        if (counts.logLinesDropped() > 0) {
            parts.add(Words.count(counts.logLinesDropped(), "line is", "lines are") + " missing from access logs");
        }
        return parts.isEmpty()
                ? ""
                : "Since the start " + String.join(", ", parts) + ". ('footplate status --show=server' tells more.)";
    }
}
