package footplate.proxy.files;

import footplate.core.http.Conditions;

/**
 * A request for a file, if there is one.
 *
 * @param folder the public folder
 * @param path relative to it; checked, but not yet looked for
 * @param get whether the method is GET, else HEAD
 */
public record FileQuery(String folder, String path, boolean get, Conditions conditions) {}
