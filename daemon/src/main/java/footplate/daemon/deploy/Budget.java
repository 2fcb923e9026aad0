package footplate.daemon.deploy;

import footplate.core.unit.Sizes;
import footplate.daemon.config.Refused;

/** What a release may take of the disk, counted as it comes in: an archive says nothing true about its size. */
final class Budget {
    private static final int MOST_FILES = 1_000_000;

    private final String where;
    private final long most;
    private long bytes;
    private int files;

    /**
     * A budget that nothing was taken of.
     *
     * @param where what problems name: the folder, the archive
     * @param most bytes of all files together
     */
    Budget(String where, long most) {
        this.where = where;
        this.most = most;
    }

    void file() throws Refused {
        if (++files > MOST_FILES) {
            throw new Refused(where, "has more than " + MOST_FILES + " files", "Leave out what the app does not need.");
        }
    }

    void bytes(long more) throws Refused {
        bytes += more;
        if (bytes > most) {
            throw new Refused(
                    where,
                    "is larger than a release may be, " + Sizes.print(most),
                    "Leave out what the app does not need, or allow more: --max-release-size 5GB.");
        }
    }
}
