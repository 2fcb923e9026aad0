package footplate.proxy.files;

/** Who asked for a file; all calls come on its loop. */
public interface FileUser {
    /** It is there; the receiver {@link FileAnswer#release releases} it. */
    void fileFound(FileQuery query, FileAnswer answer);

    /** There is none that may be shown. */
    void fileMissing(FileQuery query, Missing why);

    /** A mistake of ours while it was looked for, or while one of the others was told. */
    void crashed(FileQuery query, Throwable bug);

    /** Why there is no file. */
    enum Missing {
        NO_SUCH_FILE,
        /** A folder without an index. */
        FOLDER,
        /** Something that is no file, or lies outside the folder. */
        NOT_ALLOWED,
        /** There is one, but it could not be opened just now. */
        UNAVAILABLE
    }
}
