package footplate.daemon.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Addresses of Unix sockets as the kernel wants them: {@code struct sockaddr_un} (unix(7)). */
final class UnixAddress {
    private static final short AF_UNIX = 1;

    private UnixAddress() {}

    /** @param place a path; with {@code @} in front, a name in the abstract namespace, as sd_notify(3) writes it */
    static byte[] of(String place) {
        var name = place.getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = place.startsWith("@");
        var address =
                ByteBuffer.allocate(2 + name.length + (isAbstract ? 0 : 1)).order(ByteOrder.nativeOrder());
        address.putShort(AF_UNIX).put(name);
        if (isAbstract) {
            address.put(2, (byte) 0);
        }
        return address.array();
    }
}
