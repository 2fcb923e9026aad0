package footplate.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MediaTypesTest {
    @ParameterizedTest
    @CsvSource({
        "index.html, text/html; charset=utf-8",
        "APP.MJS, text/javascript; charset=utf-8",
        "app.min.js.map, application/json",
        "clip.mov, video/quicktime",
        "song.m4a, audio/mp4",
        "song.flac, audio/flac",
        "titles.vtt, text/vtt; charset=utf-8",
        "live.m3u8, application/vnd.apple.mpegurl",
        "part-1.ts, video/mp2t",
        "feed.rss, application/rss+xml",
        "feed.atom, application/atom+xml",
        "photo.avif, image/avif",
        "app.webmanifest, application/manifest+json",
        "lib.wasm, application/wasm",
        "meeting.ics, text/calendar; charset=utf-8",
        "book.epub, application/epub+zip",
        "old.eot, application/vnd.ms-fontobject",
        "all.tar, application/x-tar",
        "all.tar.bz2, application/x-bzip2",
        "all.7z, application/x-7z-compressed",
        "letter.docx, application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    })
    void theEndOfANameTellsTheType(String name, String type) {
        assertThat(MediaTypes.of(name)).isEqualTo(type);
    }

    @Test
    void whatIsNotKnownIsToBeSavedAndNotShown() {
        for (var name : List.of("setup.exe", "disk.iso", "Makefile", "html", "x.", "a.unheard-of")) {
            assertThat(MediaTypes.of(name)).describedAs(name).isEqualTo("application/octet-stream");
        }
    }
}
