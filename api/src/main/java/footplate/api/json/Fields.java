package footplate.api.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object that was read, asked for by name and type; fields nobody asks for are ignored.
 *
 * <p>A field that is missing or of the wrong type is a {@link Malformed} with the field's full path. JSON's null counts as missing.
 */
public final class Fields {
    private static final int LONGEST_NUMBER = 64;

    /** Makes a value of the fields of an object. */
    @FunctionalInterface
    public interface Reading<T> {
        T read(Fields fields) throws Malformed;
    }

    private final String where;
    private final Map<String, Object> members;

    Fields(String where, Map<String, Object> members) {
        this.where = where;
        this.members = members;
    }

    /** {@return whether the field is there, with any value but null} */
    public boolean has(String name) {
        return members.containsKey(name);
    }

    /** {@return the names of the fields that are there, in the order of the text} */
    public Set<String> names() {
        return members.keySet();
    }

    /** {@return the full path of a field of this object, for messages} */
    public String at(String name) {
        return join(where, name);
    }

    public String text(String name) throws Malformed {
        String value = optionalText(name);
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    public @Nullable String optionalText(String name) throws Malformed {
        Object value = members.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw wrong(name, "a text in quotes", value);
    }

    /** {@return the whole number, from {@code least} to {@code most}} */
    public long number(String name, long least, long most) throws Malformed {
        Long value = optionalNumber(name, least, most);
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    public @Nullable Long optionalNumber(String name, long least, long most) throws Malformed {
        Object value = members.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Json.Digits(var digits) && digits.length() <= 20) {
            try {
                long number = Long.parseLong(digits);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // A fraction, an exponent, or more than a long holds: answered like any other number out of range.
            }
        }
        throw wrong(name, "a whole number from " + least + " to " + most, value);
    }

    /** {@return the whole number, from {@code least} to {@code most}} */
    public int integer(String name, int least, int most) throws Malformed {
        return (int) number(name, least, most);
    }

    public @Nullable Integer optionalInteger(String name, int least, int most) throws Malformed {
        Long value = optionalNumber(name, least, most);
        return value == null ? null : value.intValue();
    }

    /** {@return the number, finite, fraction or not} */
    public double fraction(String name) throws Malformed {
        Object value = members.get(name);
        if (value == null) {
            throw missing(name);
        }
        if (value instanceof Json.Digits(var digits) && digits.length() <= LONGEST_NUMBER) {
            double number = Double.parseDouble(digits);
            if (Double.isFinite(number)) {
                return number;
            }
        }
        throw wrong(name, "a number", value);
    }

    public boolean flag(String name) throws Malformed {
        Object value = members.get(name);
        if (value == null) {
            throw missing(name);
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, "true or false", value);
    }

    /** {@return the flag, or {@code otherwise} where it is left out} */
    public boolean flag(String name, boolean otherwise) throws Malformed {
        return has(name) ? flag(name) : otherwise;
    }

    public Fields object(String name) throws Malformed {
        Fields value = optionalObject(name);
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    public @Nullable Fields optionalObject(String name) throws Malformed {
        Object value = members.get(name);
        return value == null ? null : new Fields(at(name), members(name, value));
    }

    /** {@return the field read as an object, or null where it is left out} */
    public <T> @Nullable T optional(String name, Reading<T> reading) throws Malformed {
        Fields value = optionalObject(name);
        return value == null ? null : reading.read(value);
    }

    /** {@return the texts of an array; none where it is left out} */
    public List<String> texts(String name) throws Malformed {
        List<String> texts = new ArrayList<>();
        for (Object item : items(name)) {
            if (!(item instanceof String text)) {
                throw wrong(name + '[' + texts.size() + ']', "a text in quotes", item);
            }
            texts.add(text);
        }
        return texts;
    }

    /** {@return each object of an array, read; none where it is left out} */
    public <T> List<T> objects(String name, Reading<T> reading) throws Malformed {
        List<T> values = new ArrayList<>();
        for (Object item : items(name)) {
            String place = name + '[' + values.size() + ']';
            values.add(reading.read(new Fields(at(place), members(place, item))));
        }
        return values;
    }

    /** {@return the entries of an object whose values are all texts; none where it is left out} */
    public Map<String, String> map(String name) throws Malformed {
        Map<String, String> entries = new LinkedHashMap<>();
        Object value = members.get(name);
        if (value != null) {
            for (Map.Entry<String, Object> entry : members(name, value).entrySet()) {
                if (!(entry.getValue() instanceof String text)) {
                    throw wrong(join(name, entry.getKey()), "a text in quotes", entry.getValue());
                }
                entries.put(entry.getKey(), text);
            }
        }
        return entries;
    }

    /** {@return the constant whose lower-case name the field holds} */
    public <E extends Enum<E>> E constant(String name, E[] constants) throws Malformed {
        String value = text(name);
        for (E constant : constants) {
            if (wireName(constant).equals(value)) {
                return constant;
            }
        }
        var known = new StringBuilder();
        for (E constant : constants) {
            known.append(known.isEmpty() ? "" : ", ").append(wireName(constant));
        }
        throw new Malformed(at(name), "must be one of " + known);
    }

    /** {@return the constant's name on the wire: lower case, a dash for each underscore} */
    public static String wireName(Enum<?> constant) {
        String name = constant.name();
        var wire = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            wire.append(c == '_' ? '-' : Character.toLowerCase(c));
        }
        return wire.toString();
    }

    static String join(String where, String name) {
        return where.isEmpty() ? name : where + '.' + name;
    }

    private List<?> items(String name) throws Malformed {
        Object value = members.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> items) {
            return items;
        }
        throw wrong(name, "an array in brackets", value);
    }

    // Json makes no other maps than these.
    @SuppressWarnings("unchecked")
    private Map<String, Object> members(String name, Object value) throws Malformed {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw wrong(name, "an object in braces", value);
    }

    private Malformed missing(String name) {
        return new Malformed(at(name), "is missing");
    }

    /** Tells the type that was found, never the value: it may be a secret. */
    private Malformed wrong(String name, String expected, Object found) {
        String type = switch (found) {
            case String _ -> "a text";
            case Json.Digits _ -> "another number";
            case Boolean _ -> "true or false";
            case List<?> _ -> "an array";
            default -> "an object";
        };
        return new Malformed(at(name), "must be " + expected + ", but is " + type);
    }
}
