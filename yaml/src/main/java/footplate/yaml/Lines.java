package footplate.yaml;

import footplate.core.config.tree.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A text by line and column, of which single characters can be replaced. */
final class Lines {
    private int[] points;
    private final int[] begins;

    Lines(String text) {
        this.points = text.codePoints().toArray();
        this.begins = begins(points);
    }

    /** Lines end as YAML's do: LF, CR, CR LF. */
    private static int[] begins(int[] points) {
        int count = 1;
        for (int i = 0; i < points.length; i++) {
            count += endsLine(points, i) ? 1 : 0;
        }
        var begins = new int[count];
        int line = 1;
        for (int i = 0; i < points.length; i++) {
            if (endsLine(points, i)) {
                begins[line++] = i + 1;
            }
        }
        return begins;
    }

    private static boolean endsLine(int[] points, int i) {
        return points[i] == '\n' || (points[i] == '\r' && (i + 1 == points.length || points[i + 1] != '\n'));
    }

    String text() {
        return new String(points, 0, points.length);
    }

    /** Of a line, from 1, without its end; empty beyond the last. */
    String line(int number) {
        if (number < 1 || number > begins.length) {
            return "";
        }
        int end = number < begins.length ? begins[number] : points.length;
        return new String(points, begins[number - 1], end - begins[number - 1]).stripTrailing();
    }

    /** The number of the last line above that has more than a comment; 0 if there is none. */
    int above(int number) {
        int line = Math.min(number, begins.length + 1) - 1;
        while (line > 0 && (line(line).isBlank() || line(line).strip().startsWith("#"))) {
            line--;
        }
        return line;
    }

    /** What stands at a place; a line end beyond the last. */
    int at(Place place) {
        int index = index(place);
        return index < points.length ? points[index] : '\n';
    }

    private int index(Place place) {
        return place.line() > begins.length ? points.length : begins[place.line() - 1] + place.column() - 1;
    }

    /** From here on there is a letter. */
    void letter(Place place) {
        points = points.clone();
        points[index(place)] = 'x';
    }

    Place end() {
        return new Place(begins.length, points.length - begins[begins.length - 1] + 1);
    }

    /** The first character that no text has; null if there is none. */
    @Nullable
    Place control() {
        for (int i = 0; i < points.length; i++) {
            int c = points[i];
            boolean fine = c == '\t'
                    || c == '\n'
                    || c == '\r'
                    || (c >= ' ' && c < 0x7F)
                    || (c > 0x9F && c < 0xFFFE)
                    || c == 0x85
                    || c > 0xFFFF;
            if (!fine || c == 0xFEFF || (c >= 0xD800 && c < 0xE000)) {
                return place(i);
            }
        }
        return null;
    }

    private Place place(int index) {
        int found = java.util.Arrays.binarySearch(begins, index);
        int line = found >= 0 ? found : -found - 2;
        return new Place(line + 1, index - begins[line] + 1);
    }

    /** Lines whose indentation has a tab in it. */
    List<Integer> tabbed() {
        return java.util.stream.IntStream.rangeClosed(1, begins.length)
                .filter(number -> line(number).matches(" *\t\\s*[^\\s#].*"))
                .boxed()
                .toList();
    }
}
