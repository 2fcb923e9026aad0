package footplate.daemon.deploy;

import java.nio.file.Path;

/** What a release is to be made of. */
public sealed interface Source {
    /**
     * A folder, to be copied.
     *
     * @param path absolute
     */
    record Folder(Path path) implements Source {}

    /**
     * A packed folder.
     *
     * @param file absolute path of a .tar.gz or .tar
     */
    record Archive(Path file) implements Source {}

    /**
     * A commit.
     *
     * @param repository address or absolute path
     * @param ref branch, tag or whole commit id; empty for the repository's HEAD
     */
    record Git(String repository, String ref) implements Source {}
}
