package footplate.cli.print;

import footplate.api.v1.ServerInfo;
import footplate.api.v1.UpstreamInfo;
import footplate.api.v1.Upstreams;
import footplate.cli.print.Table.Cell;
import footplate.cli.print.Table.Column;
import java.util.List;

/** Servers that Footplate did not start, in words. */
public final class UpstreamsText {
    private UpstreamsText() {}

    /** {@return the table of {@code status}: a row for each server; empty if there is none} */
    public static String status(Upstreams upstreams, int width, boolean colours) {
        if (upstreams.upstreams().isEmpty()) {
            return "";
        }
        var table = new Table(List.of(
                new Column("upstream", false, true),
                new Column("server", false, true),
                new Column("weight", true, false),
                new Column("state", false, false),
                new Column("sessions", true, false),
                new Column("processed", true, false),
                new Column("queue", true, false)));
        for (UpstreamInfo upstream : upstreams.upstreams()) {
            if (upstream.servers().isEmpty()) {
                table.row(List.of(
                        Cell.of(upstream.name()),
                        Cell.of("none found yet"),
                        Cell.of("-"),
                        Cell.of("-"),
                        Cell.of("-"),
                        Cell.of("-"),
                        Cell.of(upstream.queued())));
            }
            for (ServerInfo server : upstream.servers()) {
                table.row(List.of(
                        Cell.of(upstream.name()),
                        Cell.of(server.name()),
                        Cell.of(server.weight()),
                        Cell.of(state(server)),
                        Cell.of(server.sessions()),
                        Cell.of(server.processed()),
                        Cell.of(upstream.queued())));
            }
        }
        return table.text(width, colours);
    }

    private static String state(ServerInfo server) {
        if (server.down()) {
            return "down";
        }
        String word = server.backup() ? "backup" : "in";
        return server.out().isEmpty() ? word : "out: " + server.out();
    }
}
