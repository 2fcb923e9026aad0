package footplate.proxy.flow;

/** How far an exchange is. */
enum Phase {
    IDLE,
    BEGUN,
    ASKING,
    FILE,
    QUEUED,
    CONNECTING,
    SENT,
    RECEIVING,
    TUNNEL;

    /** As a listing names it. */
    RequestUnderWay.State listed(boolean bodyComplete) {
        return switch (this) {
            case IDLE, BEGUN, ASKING, FILE, QUEUED -> RequestUnderWay.State.QUEUED;
            case CONNECTING -> RequestUnderWay.State.SENDING;
            case SENT -> bodyComplete ? RequestUnderWay.State.WAITING : RequestUnderWay.State.SENDING;
            case RECEIVING -> RequestUnderWay.State.RECEIVING;
            case TUNNEL -> RequestUnderWay.State.TUNNEL;
        };
    }
}
