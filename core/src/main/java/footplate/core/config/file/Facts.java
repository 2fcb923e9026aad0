package footplate.core.config.file;

import org.jspecify.annotations.Nullable;

/** What a check asks the machine; paths are as they stand in the file. */
public interface Facts {
    /** Knows nothing of files, and finds all well; there is no variable. */
    Facts NONE = new Facts() {
        @Override
        public @Nullable String variable(String name) {
            return null;
        }

        @Override
        public Found folder(String path) {
            return Found.FINE;
        }

        @Override
        public Found file(String path) {
            return Found.FINE;
        }
    };

    /** A variable of the environment; null if there is none. */
    @Nullable
    String variable(String name);

    /** What is there, where a folder is wanted. */
    Found folder(String path);

    /** What is there, where a file is wanted. */
    Found file(String path);

    /** What is there. */
    enum Found {
        FINE,
        NOTHING,
        UNREADABLE,
        /** A file where a folder is wanted, or the other way round. */
        OTHER
    }
}
