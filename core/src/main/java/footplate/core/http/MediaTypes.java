package footplate.core.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Content types by the end of a file's name: IANA's, for what web apps ship and what nginx's mime.types has that is still met.
 * {@code svgz} is not here: its type alone, without {@code Content-Encoding}, is a picture that no browser shows.
 */
public final class MediaTypes {
    private static final String TABLE = """
            html htm shtml=text/html; charset=utf-8
            css=text/css; charset=utf-8
            js mjs cjs=text/javascript; charset=utf-8
            json map=application/json
            jsonld=application/ld+json
            webmanifest=application/manifest+json
            geojson=application/geo+json
            txt md text log=text/plain; charset=utf-8
            csv=text/csv; charset=utf-8
            vtt=text/vtt; charset=utf-8
            ics=text/calendar; charset=utf-8
            xml xsl=application/xml
            xhtml=application/xhtml+xml
            rss=application/rss+xml
            atom=application/atom+xml
            yaml yml=application/yaml
            svg=image/svg+xml
            png=image/png
            apng=image/apng
            jpg jpeg=image/jpeg
            gif=image/gif
            webp=image/webp
            avif=image/avif
            jxl=image/jxl
            heic=image/heic
            tif tiff=image/tiff
            ico=image/x-icon
            bmp=image/bmp
            woff=font/woff
            woff2=font/woff2
            ttf=font/ttf
            otf=font/otf
            ttc=font/collection
            eot=application/vnd.ms-fontobject
            wasm=application/wasm
            pdf=application/pdf
            ps eps ai=application/postscript
            rtf=application/rtf
            epub=application/epub+zip
            doc=application/msword
            xls=application/vnd.ms-excel
            ppt=application/vnd.ms-powerpoint
            docx=application/vnd.openxmlformats-officedocument.wordprocessingml.document
            xlsx=application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
            pptx=application/vnd.openxmlformats-officedocument.presentationml.presentation
            odt=application/vnd.oasis.opendocument.text
            ods=application/vnd.oasis.opendocument.spreadsheet
            odp=application/vnd.oasis.opendocument.presentation
            odg=application/vnd.oasis.opendocument.graphics
            kml=application/vnd.google-earth.kml+xml
            kmz=application/vnd.google-earth.kmz
            zip=application/zip
            gz tgz=application/gzip
            bz2=application/x-bzip2
            xz=application/x-xz
            zst=application/zstd
            tar=application/x-tar
            7z=application/x-7z-compressed
            rar=application/vnd.rar
            jar war ear=application/java-archive
            apk=application/vnd.android.package-archive
            pem crt der=application/x-x509-ca-cert
            glb=model/gltf-binary
            gltf=model/gltf+json
            mp3=audio/mpeg
            m4a=audio/mp4
            aac=audio/aac
            flac=audio/flac
            ogg oga opus=audio/ogg
            weba=audio/webm
            mid midi=audio/midi
            wav=audio/wav
            mp4 m4v=video/mp4
            webm=video/webm
            ogv=video/ogg
            mov=video/quicktime
            mpeg mpg=video/mpeg
            avi=video/x-msvideo
            mkv=video/matroska
            wmv=video/x-ms-wmv
            flv=video/x-flv
            3gp 3gpp=video/3gpp
            ts=video/mp2t
            m3u8=application/vnd.apple.mpegurl
            mpd=application/dash+xml
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
        int dot = fileName.lastIndexOf('.');
        var end = dot < 0 ? "" : fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
        return BY_END.getOrDefault(end, "application/octet-stream");
    }
}
