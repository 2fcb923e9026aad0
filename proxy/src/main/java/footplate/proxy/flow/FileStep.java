package footplate.proxy.flow;

import footplate.core.config.Setting;
import footplate.core.http.AcceptEncoding;
import footplate.core.http.Conditions;
import footplate.core.http.Method;
import footplate.core.http.NamedFile;
import footplate.core.http.RequestHead;
import footplate.core.http.ResponseHead;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.proxy.files.FileAnswer;
import footplate.proxy.files.FileLookup;
import footplate.proxy.files.FileQuery;
import footplate.proxy.files.FileUser;
import footplate.proxy.page.Page;
import footplate.proxy.page.Pages;
import org.jspecify.annotations.Nullable;

/**
 * What one request has to do with files: one that answers it in place of the app, or one that the app's answer names. On
 * its loop only.
 */
final class FileStep implements FileUser {
    private final Loop loop;
    private final Exchange exchange;
    private @Nullable FileLookup lookup;
    private @Nullable FileQuery asked;
    private @Nullable AppRoute route;
    private Conditions conditions = Conditions.NONE;
    private boolean get;
    private boolean html;

    FileStep(Loop loop, Exchange exchange) {
        this.loop = loop;
        this.exchange = exchange;
    }

    /**
     * A request begins.
     *
     * @return whether its answer is at hand, and nothing more of it is needed
     */
    boolean begin(AppRoute app, RequestHead head, boolean browser, long nowNanos) {
        route = app;
        html = browser;
        var settings = app.http();
        if (!app.publicDirectory().isEmpty()) {
            boolean alone = app.availability() instanceof Availability.FilesOnly;
            lookup = loop.files()
                    .look(app.publicDirectory(), head, alone, settings.on(Setting.SPA), loop.pathKey(), nowNanos);
            if (lookup instanceof FileAnswer && !head.hasBody()) {
                return true;
            }
        }
        if (!settings.text(Setting.SENDFILE_ROOT).isEmpty()) {
            // The app may name a file later, when the head is gone.
            boolean read = head.method() == Method.GET || head.method() == Method.HEAD;
            conditions = read ? Conditions.of(head) : Conditions.NONE;
            get = head.method() != Method.HEAD;
        }
        return false;
    }

    /** Whether there may be a file for it. */
    boolean wanted() {
        return lookup != null;
    }

    /** Answers it, or looks for the file. */
    void go() {
        var known = lookup;
        lookup = null;
        switch (known) {
            case null -> throw new IllegalStateException("a file is wanted that nobody asked for");
            case FileAnswer answer -> exchange.fileAnswers(answer, Outcome.FILE);
            case FileQuery query -> find(query);
        }
    }

    /** The app's answer names a file: it is looked for. */
    void goNamed(ResponseHead head, String root) {
        var named = NamedFile.of(head);
        if (named.path() == null) {
            namedMissing(named, root, Missing.NOT_ALLOWED);
            return;
        }
        find(new FileQuery(root, named.path(), "", get, false, false, conditions, AcceptEncoding.IDENTITY_ONLY, named));
    }

    private void find(FileQuery query) {
        asked = query;
        if (!loop.files().find(query, loop.events(), this)) {
            asked = null;
            exchange.refuse(Pages.error(503, "Too many files are being looked for.", html, 1));
        }
    }

    @Override
    public void fileFound(FileQuery query, FileAnswer answer) {
        if (asked != query) {
            // The answer to an earlier question is not this one's, however equal.
            answer.release();
            return;
        }
        asked = null;
        guarded(() -> exchange.fileAnswers(answer, query.named() == null ? Outcome.FILE : Outcome.ANSWERED));
    }

    @Override
    public void fileMissing(FileQuery query, Missing why) {
        var app = route;
        if (asked != query || app == null) {
            return;
        }
        asked = null;
        guarded(() -> missing(query, app, why));
    }

    private void missing(FileQuery query, AppRoute app, Missing why) {
        var named = query.named();
        if (why == Missing.UNAVAILABLE) {
            exchange.refuse(Pages.error(503, "The file cannot be opened just now.", html, 1));
        } else if (named != null) {
            namedMissing(named, query.folder(), why);
        } else if (why == Missing.FOLDER && query.alone()) {
            exchange.refuse(Pages.error(403, "This folder has no index.", html));
        } else {
            exchange.admit(app);
        }
    }

    /** A mistake here ends this request as one in a connection's event would. */
    private void guarded(Runnable told) {
        try {
            told.run();
        } catch (RuntimeException | Error mistake) {
            exchange.crashed(mistake);
        }
    }

    private void namedMissing(NamedFile named, String root, Missing why) {
        var app = route;
        if (app != null) {
            var is = why == Missing.NOT_ALLOWED ? "no file below " : "nothing that is there below ";
            loop.tell(new AppMistake("app '" + app.app().value() + "' answers with '" + named.written() + "', which is "
                    + is + "its sendfile-root, " + root
                    + ". Let it name a file there, or set sendfile-root to its folder."));
        }
        exchange.refuse(
                why == Missing.NOT_ALLOWED
                        ? Pages.error(502, "The app names a file that it may not send.", html)
                        : Pages.error(404, "The file that the app names is not there.", html));
    }

    /** What a request gets where there are files only, and none for it. */
    static Page nothing(Method method, boolean html) {
        boolean read = method == Method.GET || method == Method.HEAD;
        return read ? Pages.error(404, "There is no such file.", html) : Pages.onlyRead(html);
    }

    @Override
    public void crashed(FileQuery query, Throwable bug) {
        if (asked == query) {
            exchange.crashed(bug);
        } else {
            loop.bug(bug);
        }
    }

    /** The request is over. */
    void end() {
        if (lookup instanceof FileAnswer unsent) {
            unsent.release();
        }
        lookup = null;
        asked = null;
        route = null;
        conditions = Conditions.NONE;
    }
}
