package footplate.proxy.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * An answer made from a file, head and body.
 *
 * @param status 200, 206, 304 or 416
 * @param reason its reason phrase
 * @param fields header lines, each ended by CRLF, without those about the connection
 * @param content the body if it is small; empty if {@code file} has it, or there is none
 * @param file an open file that the body is sent from, closed by the receiver; null if {@code content} has it
 * @param from first byte of the body in {@code file}
 * @param length bytes of the body
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record FileAnswer(
        int status,
        String reason,
        String fields,
        byte[] content,
        @Nullable FileChannel file,
        long from,
        long length) {
    /** Closes the file of an answer that nobody wants any more. */
    public void discard() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException unread) {
                // Nothing was written to it, so nothing is lost.
                return;
            }
        }
    }
}
