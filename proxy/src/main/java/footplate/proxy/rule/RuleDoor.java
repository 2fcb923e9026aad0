package footplate.proxy.rule;

import java.util.function.Consumer;

/** What the rules of routes need that loops do not have: who may log in, files, and names of servers. Safe for any thread. */
public final class RuleDoor implements AutoCloseable {
    private final Logins logins;
    private final RuleFiles files;

    /** @param bugs is told of mistakes, ours and those in files */
    public RuleDoor(Consumer<Throwable> bugs) {
        this.logins = new Logins(bugs);
        this.files = new RuleFiles(bugs);
    }

    /** Who may log in. */
    public Logins logins() {
        return logins;
    }

    /** Pages in files, and addresses behind names. */
    public RuleFiles files() {
        return files;
    }

    @Override
    public void close() {
        logins.close();
    }
}
