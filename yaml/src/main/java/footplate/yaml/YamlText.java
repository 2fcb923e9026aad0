package footplate.yaml;

import footplate.core.config.tree.Mistake;
import footplate.core.config.tree.Place;
import footplate.core.config.tree.Reading;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Turns a configuration file's bytes into a tree, or tells why they are none. A character that YAML reserves, where somebody meant a text,
 * is told and taken for a letter, so that the rest of the file is looked at too; what it stood in is {@code Node.Told}.
 */
public final class YamlText {
    /** A file of more bytes is not read. */
    public static final int MOST_BYTES = 1 << 20;

    private static final int MOST_REPAIRS = 50;

    private YamlText() {}

    /** Reads a file's bytes; they are UTF-8. */
    public static Reading read(byte[] bytes) {
        if (bytes.length > MOST_BYTES) {
            return refused(new Mistake(
                    new Place(1, 1),
                    "The file has more than 1 MB.",
                    "A configuration is far smaller: see whether this is the right file."));
        }
        var text = decoded(bytes);
        return text == null ? refused(noUtf8(bytes)) : read(text);
    }

    /** The same for a text that is decoded already. */
    public static Reading read(String text) {
        var lines = new Lines(text.startsWith("\uFEFF") ? text.substring(1) : text);
        var control = lines.control();
        if (control != null) {
            return refused(new Mistake(
                    control,
                    "Here is a character that no text has (U+%04X).".formatted(lines.at(control)),
                    "Remove it; an editor may show it as a dot or a box, or not at all."));
        }
        return repaired(lines);
    }

    private static Reading repaired(Lines lines) {
        List<Mistake> mistakes = new ArrayList<>();
        Set<Place> told = new HashSet<>();
        for (int repairs = 0; ; repairs++) {
            var tree = new Tree(told);
            try {
                var root = tree.of(lines.text());
                mistakes.addAll(tree.mistakes());
                return new Reading(root, mistakes);
            } catch (MarkedYamlEngineException wrong) {
                var repair = repairs < MOST_REPAIRS ? Diagnosis.repair(wrong, lines) : null;
                if (repair == null) {
                    mistakes.addAll(tree.mistakes());
                    mistakes.add(Diagnosis.of(wrong, lines));
                    return new Reading(null, mistakes);
                }
                mistakes.add(repair.mistake());
                told.add(repair.begin());
            } catch (Tree.TooDeep deep) {
                mistakes.add(deep.mistake());
                return new Reading(null, mistakes);
            } catch (YamlEngineException wrong) {
                mistakes.add(new Mistake(
                        new Place(1, 1),
                        "The file is no YAML: " + wrong.getMessage() + ".",
                        "Compare it with the examples in docs/reference/footplate.yml.md."));
                return new Reading(null, mistakes);
            }
        }
    }

    private static Reading refused(Mistake mistake) {
        return new Reading(null, List.of(mistake));
    }

    private static @Nullable String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            return null;
        }
    }

    private static Mistake noUtf8(byte[] bytes) {
        boolean wide = bytes.length > 1
                && ((bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE)
                        || (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF));
        var rest = ByteBuffer.wrap(bytes);
        // It stops before the first byte that is wrong.
        StandardCharsets.UTF_8.newDecoder().decode(rest, CharBuffer.allocate(bytes.length), true);
        var before = new Lines(new String(bytes, 0, rest.position(), StandardCharsets.UTF_8));
        return new Mistake(
                wide ? new Place(1, 1) : before.end(),
                wide ? "The file is UTF-16." : "Here is a byte that is no UTF-8.",
                "Save the file as UTF-8; 'iconv -f %s -t UTF-8' does it too."
                        .formatted(wide ? "UTF-16" : "ISO-8859-1"));
    }
}
