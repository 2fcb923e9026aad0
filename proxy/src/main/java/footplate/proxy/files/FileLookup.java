package footplate.proxy.files;

/** What is known about a request's file without touching a disk: the answer, or how to ask for it. */
public sealed interface FileLookup permits FileAnswer, FileQuery {}
