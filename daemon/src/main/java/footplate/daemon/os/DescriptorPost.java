package footplate.daemon.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Messages with open descriptors between processes of one machine: a Unix socket for single messages (SCM_RIGHTS,
 * unix(7)). Nothing here waits.
 */
public final class DescriptorPost implements AutoCloseable {
    /** Descriptors that one message carries. */
    public static final int MOST = Libc.MOST_DESCRIPTORS;

    /**
     * What came.
     *
     * @param descriptors the receiver's own from now on
     */
    public record Message(String text, List<Integer> descriptors) {
        public Message {
            descriptors = List.copyOf(descriptors);
        }
    }

    private final Libc libc;
    private final int socket;
    private final Path place;

    private DescriptorPost(Libc libc, int socket, Path place) {
        this.libc = libc;
        this.socket = socket;
        this.place = place;
    }

    /**
     * A box that messages can be sent to.
     *
     * @param place in a folder that is this user's alone; what is there is replaced
     */
    public static DescriptorPost box(Path place) throws IOException {
        Files.deleteIfExists(place);
        try {
            var libc = Libc.load();
            int socket = libc.datagramSocket();
            try {
                libc.bind(socket, UnixAddress.of(place.toString()));
            } catch (Libc.Failure failure) {
                libc.close(socket);
                throw failure;
            }
            return new DescriptorPost(libc, socket, place);
        } catch (Libc.Failure | Libc.Unavailable failure) {
            throw new IOException(place + ": " + failure.getMessage(), failure);
        }
    }

    /** Takes a message that has come. */
    public Message take() throws IOException {
        try {
            return libc.receive(socket);
        } catch (Libc.Failure failure) {
            throw new IOException(place + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * Sends a message.
     *
     * @param place of a box; with {@code @} in front a name without a file
     * @param descriptors stay the sender's own too; at most {@link #MOST}
     */
    public static void send(String place, String text, List<Integer> descriptors) throws IOException {
        try {
            var libc = Libc.load();
            int socket = libc.datagramSocket();
            try {
                libc.send(
                        socket,
                        UnixAddress.of(place),
                        text.getBytes(StandardCharsets.UTF_8),
                        descriptors.stream().mapToInt(Integer::intValue).toArray());
            } finally {
                libc.close(socket);
            }
        } catch (Libc.Failure | Libc.Unavailable failure) {
            throw new IOException(place + ": " + failure.getMessage(), failure);
        }
    }

    @Override
    public void close() throws IOException {
        libc.close(socket);
        Files.deleteIfExists(place);
    }
}
