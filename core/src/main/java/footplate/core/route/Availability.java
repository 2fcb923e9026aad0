package footplate.core.route;

import footplate.core.supervise.StartFailure;

/** Whether requests for an app can be answered, now or soon. */
public sealed interface Availability {
    /** It has a ready process, or will have one on demand or very soon: requests may wait. */
    record Serving() implements Availability {}

    /** Every process is given up: requests are refused at once, with the reason. */
    record Failed(StartFailure failure) implements Availability {}

    /** Its operator stopped it. */
    record Stopped() implements Availability {}

    /**
     * There is no process and never will be: the files of {@link AppRoute#publicDirectory} are all there is, and what is
     * none of them is answered 403, 404 or 405 ({@code footplate serve DIR}). Targets, queue and growth mean nothing.
     */
    record FilesOnly() implements Availability {}
}
