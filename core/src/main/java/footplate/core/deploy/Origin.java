package footplate.core.deploy;

/** Where a release's code came from. */
public sealed interface Origin {
    /** In words, for a listing. */
    String describe();

    /**
     * A folder.
     *
     * @param path absolute
     * @param copied whether the release has a copy of it; else it runs what is in the folder itself
     */
    record Folder(String path, boolean copied) implements Origin {
        @Override
        public String describe() {
            return copied ? "copy of " + path : path;
        }
    }

    /**
     * A packed folder.
     *
     * @param path absolute
     */
    record Archive(String path) implements Origin {
        @Override
        public String describe() {
            return path;
        }
    }

    /**
     * A commit.
     *
     * @param repository its address, without a password
     * @param ref the branch, tag or commit that was asked for
     * @param commit what it was then: 40 or 64 hexadecimal digits; empty if that was never found out
     */
    record Git(String repository, String ref, String commit) implements Origin {
        @Override
        public String describe() {
            if (commit.isEmpty()) {
                return repository + " " + ref;
            }
            var shortened = commit.substring(0, Math.min(10, commit.length()));
            return repository + " " + (commit.startsWith(ref) ? shortened : ref + " (" + shortened + ")");
        }
    }
}
