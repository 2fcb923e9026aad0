package footplate.proxy.files;

import footplate.core.http.Conditions;
import footplate.core.http.NamedFile;
import org.jspecify.annotations.Nullable;

/**
 * A question for a file that only the disk can answer.
 *
 * @param folder the public folder, or the one that an app may name files in
 * @param path of the file, as {@link footplate.core.http.StaticPath} or {@link NamedFile} gave it
 * @param target path and query as the client wrote them
 * @param get whether the method is GET, else HEAD
 * @param fallback whether the folder's index answers for a path that is no file
 * @param alone whether no app stands behind the folder
 * @param preference what {@link footplate.core.http.AcceptEncoding} made of the request
 * @param named the app's answer that the file is sent for; null if the client asked for it itself
 */
public record FileQuery(
        String folder,
        String path,
        String target,
        boolean get,
        boolean fallback,
        boolean alone,
        Conditions conditions,
        int preference,
        @Nullable NamedFile named)
        implements FileLookup {}
