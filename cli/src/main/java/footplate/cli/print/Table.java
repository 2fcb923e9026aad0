package footplate.cli.print;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings, as wide as needed and no wider than the terminal: then the columns that may shrink do, with …. */
public final class Table {
    private static final int GAP = 2;
    private static final int LEAST_SHRUNK = 6;

    /**
     * One column.
     *
     * @param heading harmless
     * @param right whether it is set flush right, as figures are
     * @param shrinks whether it may be cut where the terminal is narrow
     */
    public record Column(String heading, boolean right, boolean shrinks) {}

    /**
     * What is in one place.
     *
     * @param text any; made harmless
     */
    public record Cell(String text, Colour colour) {
        public Cell {
            text = Words.harmless(text);
        }

        public static Cell of(String text) {
            return new Cell(text, Colour.PLAIN);
        }

        public static Cell of(long number) {
            return new Cell(Long.toString(number), Colour.PLAIN);
        }
    }

    private final List<Column> columns;
    private final List<List<Cell>> rows = new ArrayList<>();

    public Table(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    /**
     * Adds a row.
     *
     * @param cells one for each column
     */
    public void row(List<Cell> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + columns.size() + " columns");
        }
        rows.add(List.copyOf(cells));
    }

    /** {@return the lines of the table, each ended, for a terminal of that width; 0 for any width} */
    public String text(int terminal, boolean colours) {
        int[] widths = widths(terminal);
        var text = new StringBuilder();
        List<Cell> headings = new ArrayList<>();
        for (Column column : columns) {
            headings.add(new Cell(column.heading(), Colour.BOLD));
        }
        line(text, headings, widths, terminal, colours);
        for (List<Cell> row : rows) {
            line(text, row, widths, terminal, colours);
        }
        return text.toString();
    }

    private int[] widths(int terminal) {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Words.width(columns.get(i).heading());
            for (List<Cell> row : rows) {
                widths[i] = Math.max(widths[i], Words.width(row.get(i).text()));
            }
        }
        int over = terminal == 0 ? 0 : sum(widths) + GAP * (widths.length - 1) - terminal;
        while (over > 0) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                if (columns.get(i).shrinks()
                        && widths[i] > LEAST_SHRUNK
                        && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                break;
            }
            widths[widest]--;
            over--;
        }
        return widths;
    }

    private static int sum(int[] widths) {
        int sum = 0;
        for (int width : widths) {
            sum += width;
        }
        return sum;
    }

    /** A line that is too wide with every column shrunk loses its last columns: a line broken in two is worse. */
    private void line(StringBuilder text, List<Cell> cells, int[] widths, int terminal, boolean colours) {
        int used = 0;
        for (int i = 0; i < widths.length; i++) {
            int gap = i == 0 ? 0 : GAP;
            if (terminal > 0 && i > 0 && used + gap + widths[i] > terminal) {
                break;
            }
            Cell cell = cells.get(i);
            String shown = Words.fit(cell.text(), widths[i]);
            int space = widths[i] - Words.width(shown);
            boolean right = columns.get(i).right();
            boolean last = i == widths.length - 1;
            pad(text, gap + (right ? space : 0));
            text.append(cell.colour().paint(shown, colours));
            pad(text, right || last ? 0 : space);
            used += gap + widths[i];
        }
        text.append('\n');
    }

    private static void pad(StringBuilder text, int count) {
        text.repeat(' ', count);
    }
}
