package footplate.core.user;

/**
 * A user of this machine (passwd(5)).
 *
 * @param group number of the primary group
 * @param home path of the home folder; it need not exist
 * @param shell path; may be empty
 */
public record Account(String name, int id, int group, String home, String shell) {
    public boolean isRoot() {
        return id == 0;
    }
}
