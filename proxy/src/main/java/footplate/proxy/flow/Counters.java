package footplate.proxy.flow;

/** What one loop counts; written and read on that loop only. */
public final class Counters {
    long accepted;
    long requests;
    long answered;
    long files;
    long refused;
    long clientGone;
    long broken;
    long malformed;
    long turnedAway;
    long retried;
    long bugs;
    long mirrored;
    long mirrorsDropped;

    /** Parts of bodies, and files, that are more than a few kilobytes. */
    long large;

    void ended(Outcome outcome) {
        switch (outcome) {
            case ANSWERED -> answered++;
            case FILE -> files++;
            case REFUSED -> refused++;
            case CLIENT_GONE -> clientGone++;
            case BROKEN -> broken++;
        }
    }

    /** A connection was closed because what came was not understood. */
    public void malformed() {
        malformed++;
    }

    /** Much was passed on at once. */
    public void large() {
        large++;
    }

    /** A connection was refused for want of room. */
    public void turnedAway() {
        turnedAway++;
    }

    Stats stats(int connections, int parked, int idleUpstream) {
        return new Stats(
                connections,
                parked,
                accepted,
                requests,
                answered,
                files,
                refused,
                clientGone,
                broken,
                malformed,
                retried,
                idleUpstream,
                bugs,
                turnedAway,
                0,
                mirrored,
                mirrorsDropped);
    }
}
