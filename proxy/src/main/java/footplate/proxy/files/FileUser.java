package footplate.proxy.files;

/** Who asked for a file; both calls come on its loop. */
public interface FileUser {
    void fileFound(FileQuery query, FileAnswer answer);

    /** There is none, or none that may be shown. */
    void fileMissing(FileQuery query);

    /** A mistake of ours while one of them was told. */
    void crashed(Throwable bug);
}
