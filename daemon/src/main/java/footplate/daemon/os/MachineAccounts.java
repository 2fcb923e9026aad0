package footplate.daemon.os;

import footplate.core.user.Account;
import footplate.core.user.Accounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The users and groups of this machine: its files first, then getent(1), which knows of directories on the network too. */
public final class MachineAccounts implements Accounts {
    private static final int LIMIT_SECONDS = 5;

    @Override
    public @Nullable Account user(String nameOrNumber) {
        return entry("passwd", nameOrNumber)
                .filter(fields -> fields.length >= 7 && isNumber(fields[2]) && isNumber(fields[3]))
                .map(fields -> new Account(
                        fields[0], Integer.parseInt(fields[2]), Integer.parseInt(fields[3]), fields[5], fields[6]))
                .orElse(null);
    }

    @Override
    public OptionalInt group(String nameOrNumber) {
        return entry("group", nameOrNumber)
                .filter(fields -> fields.length >= 3 && isNumber(fields[2]))
                .map(fields -> OptionalInt.of(Integer.parseInt(fields[2])))
                .orElse(OptionalInt.empty());
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static Optional<String[]> entry(String database, String key) {
        return entry(fromFile(database), key).or(() -> entry(fromDirectories(database, key), key));
    }

    private static Optional<String[]> entry(List<String> lines, String key) {
        return lines.stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields[0].equals(key) || (fields.length > 2 && fields[2].equals(key)))
                .findFirst();
    }

    private static List<String> fromFile(String database) {
        try {
            return Files.readAllLines(Path.of("/etc", database), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static List<String> fromDirectories(String database, String key) {
        var getent = Program.onOurPath("getent");
        if (getent.isEmpty()) {
            return List.of();
        }
        try {
            var asked = new ProcessBuilder(getent.get().toString(), database, key)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            asked.getOutputStream().close();
            // A directory service that does not answer is not waited for.
            CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS).execute(asked::destroyForcibly);
            try (var answer = asked.inputReader(StandardCharsets.ISO_8859_1)) {
                return answer.readAllLines();
            }
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
