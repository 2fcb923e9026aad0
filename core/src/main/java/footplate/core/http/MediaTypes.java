package footplate.core.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Content types by the end of a file's name (IANA media types; those that web apps ship). */
public final class MediaTypes {
    private static final String TABLE = """
            html htm=text/html; charset=utf-8
            css=text/css; charset=utf-8
            js mjs=text/javascript; charset=utf-8
            json map=application/json
            webmanifest=application/manifest+json
            txt md=text/plain; charset=utf-8
            csv=text/csv; charset=utf-8
            xml=application/xml
            svg=image/svg+xml
            png=image/png
            jpg jpeg=image/jpeg
            gif=image/gif
            webp=image/webp
            avif=image/avif
            ico=image/x-icon
            bmp=image/bmp
            woff=font/woff
            woff2=font/woff2
            ttf=font/ttf
            otf=font/otf
            wasm=application/wasm
            pdf=application/pdf
            zip=application/zip
            gz=application/gzip
            mp3=audio/mpeg
            ogg=audio/ogg
            wav=audio/wav
            mp4=video/mp4
            webm=video/webm
            """;

    private static final Map<String, String> BY_END = table();

    private MediaTypes() {}

    private static Map<String, String> table() {
        var types = new HashMap<String, String>();
        for (var row : TABLE.lines().toList()) {
            int equals = row.indexOf('=');
            for (var end : row.substring(0, equals).split(" ", -1)) {
                types.put(end, row.substring(equals + 1));
            }
        }
        return Map.copyOf(types);
    }

    /** The type of a file; what is not known is to be saved, not shown. */
    public static String of(String fileName) {
        var end = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return BY_END.getOrDefault(end, "application/octet-stream");
    }
}
