package footplate.cli.print;

import footplate.api.v1.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A deploy as it goes: on a terminal what is done stays, and below it a few lines that are written over tell where it is; elsewhere
 * a line for each thing that happens.
 */
public final class LiveView {
    private static final long MILLI = 1_000_000;

    private final Screen screen;
    private final LongSupplier nanos;
    private String now = "";
    private long since;
    private @Nullable Event standing;
    private int drawn; // lines that the next drawing takes away

    /**
     * A view of one deploy.
     *
     * @param nanos the time, as {@link System#nanoTime}
     */
    public LiveView(Screen screen, LongSupplier nanos) {
        this.screen = screen;
        this.nanos = nanos;
        this.since = nanos.getAsLong();
    }

    /** Shows what happened. */
    public void happened(Event event) {
        boolean live = screen.isLive();
        switch (event.name()) {
            case Event.OUTPUT -> keep("  | " + event.text());
            case Event.STANDING -> {
                if (!live && isNews(event)) {
                    keep(String.join(", ", standing(event)));
                }
                standing = event;
            }
            case Event.STEP -> {
                boolean done = "done".equals(event.fields().get("outcome"));
                if (done || !live) {
                    keep((done ? "✓ " : "") + event.text() + (done ? " (" + took() + ")" : ""));
                }
                begin(event.text());
            }
            default -> {
                if (!live) {
                    keep(event.text());
                } else if (event.name().equals("notice")) {
                    keep("! " + event.text());
                } else {
                    now = event.text();
                }
            }
        }
        draw();
    }

    /** Where every look is a line of its own, the clock's and the counters' running on is none worth one. */
    private boolean isNews(Event event) {
        return standing == null || !lasting(standing).equals(lasting(event));
    }

    private static List<String> lasting(Event event) {
        List<String> lasting = new ArrayList<>();
        for (String field : List.of("old", "new", "starting", "target", "share", "waits")) {
            lasting.add(event.fields().getOrDefault(field, ""));
        }
        return lasting;
    }

    private void begin(String text) {
        now = text;
        since = nanos.getAsLong();
    }

    private String took() {
        return Words.exact((nanos.getAsLong() - since) / MILLI);
    }

    private void keep(String line) {
        erase();
        screen.beside(line);
    }

    /** Takes the live lines away: the answer comes. */
    public void end() {
        erase();
    }

    private void erase() {
        if (drawn > 0) {
            screen.up(drawn);
            drawn = 0;
        }
    }

    private void draw() {
        if (!screen.isLive()) {
            return;
        }
        erase();
        List<String> lines = new ArrayList<>();
        lines.add("▸ " + now + " (" + Words.span((nanos.getAsLong() - since) / MILLI) + ")");
        if (standing != null) {
            for (String line : standing(standing)) {
                lines.add("  " + line);
            }
        }
        for (String line : lines) {
            screen.beside(line);
        }
        drawn = lines.size();
    }

    /** Instances, traffic, errors, time: what of these is known. */
    private static List<String> standing(Event event) {
        Map<String, String> fields = event.fields();
        List<String> lines = new ArrayList<>();
        String starting = fields.getOrDefault("starting", "0");
        lines.add("instances: new " + fields.getOrDefault("new", "0") + " of "
                + fields.getOrDefault("target", "?") + " ready"
                + (starting.equals("0") ? "" : " (" + starting + " starting)") + ", old "
                + fields.getOrDefault("old", "0"));
        if (fields.containsKey("share")) {
            lines.add("traffic: " + fields.get("share") + "% to the new release");
        }
        if (fields.containsKey("errorsNew")) {
            lines.add("errors: new " + fields.get("errorsNew") + ", old " + fields.getOrDefault("errorsOld", "?"));
        }
        if (fields.containsKey("leftMs")) {
            lines.add("time left: " + Words.span(Long.parseLong(fields.getOrDefault("leftMs", "0"))));
        }
        if (fields.containsKey("waits")) {
            lines.add(fields.getOrDefault("waits", ""));
        }
        return lines;
    }
}
