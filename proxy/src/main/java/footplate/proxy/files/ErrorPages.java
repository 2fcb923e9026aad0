package footplate.proxy.files;

import footplate.proxy.page.Page;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Operators' pages for errors that we answer ourselves (nginx: error_page). A folder has {@code 404.html} for one status,
 * {@code 50x.html} for ten and {@code 5xx.html} for all of a class; the narrower one counts. In UTF-8, up to 256 KiB each.
 * They are read on disk threads and looked at anew about once a second; loops only take what was read last. A status that
 * has no page, and a client that does not want HTML, get ours.
 */
public final class ErrorPages {
    private static final Pattern NAME = Pattern.compile("[45](\\d\\d|\\dx|xx)\\.html");
    private static final int LARGEST = 256 * 1024;
    private static final int MOST = 64;
    private static final int FIRST_STATUS = 400;
    private static final int STATUSES = 200;

    private final Set<String> always;
    private volatile Set<String> folders;
    private volatile Map<String, Shelf> shelves = Map.of();

    /** The pages of a folder by name, as they were read, and by status, as they are asked for. */
    private record Shelf(Map<String, Stamp> stamps, Map<String, byte[]> pages, Map<Integer, byte[]> byStatus) {
        static final Shelf EMPTY = new Shelf(Map.of(), Map.of(), Map.of());
    }

    /** @param always a folder that is in use whatever the apps say; empty for none */
    ErrorPages(String always) {
        this.always = always.isEmpty() ? Set.of() : Set.of(always);
        this.folders = this.always;
    }

    /** The page that goes in place of {@code page}: the operator's, or {@code page} itself. On a loop. */
    public Page of(String folder, Page page) {
        if (folder.isEmpty() || page.status() < FIRST_STATUS || !page.html() || page.explains()) {
            return page;
        }
        var shelf = shelves.get(folder);
        var body = shelf == null ? null : shelf.byStatus().get(page.status());
        return body == null ? page : page.with(body);
    }

    /** These folders are in use from now on. */
    void use(Set<String> used) {
        var all = new HashSet<>(used);
        all.addAll(always);
        folders = Set.copyOf(all);
    }

    /** Whether there is anything to look at. */
    boolean inUse() {
        return !folders.isEmpty() || !shelves.isEmpty();
    }

    /** Looks at all folders; on a disk thread, one at a time. */
    synchronized void read() {
        var before = shelves;
        var next = new HashMap<String, Shelf>();
        for (var folder : folders) {
            next.put(folder, read(folder, before.getOrDefault(folder, Shelf.EMPTY)));
        }
        shelves = Map.copyOf(next);
    }

    private static Shelf read(String folder, Shelf before) {
        var stamps = new TreeMap<String, Stamp>();
        var pages = new TreeMap<String, byte[]>();
        boolean same = true;
        long now = System.currentTimeMillis();
        try (var entries = Files.newDirectoryStream(Path.of(folder), "[45]*.html")) {
            for (var entry : entries) {
                var name = entry.getFileName().toString();
                if (!NAME.matcher(name).matches() || pages.size() == MOST) {
                    continue;
                }
                var attributes = Files.readAttributes(entry, BasicFileAttributes.class);
                var stamp = Stamp.of(entry, attributes);
                var known = before.pages().get(name);
                if (known != null && stamp.equals(before.stamps().get(name)) && !stamp.isYoung(now)) {
                    pages.put(name, known);
                } else if (attributes.isRegularFile() && attributes.size() <= LARGEST) {
                    same = false;
                    pages.put(name, Files.readAllBytes(entry));
                }
                stamps.put(name, stamp);
            }
        } catch (IOException | DirectoryIteratorException | InvalidPathException missing) {
            // No folder, no pages: ours are shown.
            return Shelf.EMPTY;
        }
        return same && pages.size() == before.pages().size() ? before : new Shelf(stamps, pages, byStatus(pages));
    }

    private static Map<Integer, byte[]> byStatus(Map<String, byte[]> pages) {
        var byStatus = new HashMap<Integer, byte[]>();
        for (int status = FIRST_STATUS; status < FIRST_STATUS + STATUSES; status++) {
            var own = pages.get(status + ".html");
            var ten = pages.get(status / 10 + "x.html");
            var hundred = pages.get(status / 100 + "xx.html");
            var page = own != null ? own : ten != null ? ten : hundred;
            if (page != null) {
                byStatus.put(status, page);
            }
        }
        return byStatus;
    }
}
