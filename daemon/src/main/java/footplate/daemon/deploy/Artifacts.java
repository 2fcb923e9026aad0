package footplate.daemon.deploy;

import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.deploy.EnvFile;
import footplate.core.deploy.Origin;
import footplate.core.unit.Durations;
import footplate.daemon.config.Refused;
import footplate.daemon.deploy.Tool.TooLong;
import footplate.daemon.os.Processes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brings a release's code into its folder, reads what environment it comes with, and builds it. Blocks for as long as that takes. */
public final class Artifacts {
    private static final String ENV_FILE = ".env";
    private static final int LARGEST_ENV_FILE = 1 << 20;
    private static final Duration SYNC_LIMIT = Duration.ofSeconds(30);

    private final Tool tool;
    private final Path home;

    /**
     * The maker of one home's releases.
     *
     * @param home is never copied, also where it is inside an app's folder
     * @param token marks all processes of the home
     */
    public Artifacts(Processes processes, Path home, String token) {
        this.tool = new Tool(processes, token);
        this.home = home;
    }

    /** What takes the notes and the output of programs while code is brought in. */
    public interface Listener {
        /** Something worth knowing. */
        void note(String text);

        /** A line that a program wrote. */
        void output(String line);
    }

    /**
     * Code that was brought in.
     *
     * @param root the app's folder: the release's, or the one folder in it where an archive has all in one
     */
    public record Brought(Origin origin, Path root) {}

    /**
     * Brings the code.
     *
     * @param files where it goes; not there yet
     * @param caller the environment of whoever asked
     * @throws Refused if there is none, too much, or some that leads elsewhere
     */
    public Brought bring(Source source, Path files, Settings settings, Map<String, String> caller, Listener listener)
            throws Refused, InterruptedException {
        long most = settings.bytes(Setting.MAX_RELEASE_SIZE);
        try {
            return switch (source) {
                case Source.Folder(var path) -> {
                    FolderCopy.copy(path, files, home, new Budget(path.toString(), most), listener::note);
                    yield confined(new Brought(new Origin.Folder(path.toString(), true), files));
                }
                case Source.Archive(var file) -> {
                    Unpacking.unpack(file, files, new Budget("archive " + file, most));
                    yield confined(new Brought(new Origin.Archive(file.toString()), onlyFolder(files)));
                }
                case Source.Git(var repository, var ref) -> {
                    var origin = new GitFetch(tool, repository, files, caller, listener::output).fetch(ref);
                    yield confined(new Brought(origin, files));
                }
            };
        } catch (InterruptedIOException asked) {
            // What is left to do, such as a note of why, is to be done.
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    private static Brought confined(Brought brought) throws IOException, Refused {
        Confinement.check(brought.root());
        return brought;
    }

    /** What is packed as one folder is meant to be that folder: {@code npm pack}, GitHub's archives. */
    private static Path onlyFolder(Path files) throws IOException {
        try (var entries = Files.list(files)) {
            List<Path> all = entries.limit(2).toList();
            return all.size() == 1 && Files.isDirectory(all.getFirst(), LinkOption.NOFOLLOW_LINKS)
                    ? all.getFirst()
                    : files;
        }
    }

    /** Its text; a link may lead to a file of the same owner (a folder that all releases share), and to nobody else's. */
    private static String textOf(Path root, Path file) throws IOException, Refused {
        var real = file.toRealPath();
        if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refused(file.toString(), "is no file", "Write NAME=VALUE lines into a file of that name.");
        }
        boolean foreign = Files.isSymbolicLink(file)
                && !Files.getOwner(real).equals(Files.getOwner(root))
                && !Files.getOwner(real).equals(Files.getOwner(file, LinkOption.NOFOLLOW_LINKS));
        if (foreign) {
            throw new Refused(
                    file.toString(),
                    "leads to a file of " + Files.getOwner(real).getName(),
                    "Let the file belong to the owner of the folder, or copy it.");
        }
        try (var in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
            var bytes = in.readNBytes(LARGEST_ENV_FILE + 1);
            if (bytes.length > LARGEST_ENV_FILE) {
                throw new Refused(file.toString(), "is larger than 1 MB", "Is it the right file?");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    /**
     * The variables of a folder's {@code .env}; none if it has no such file.
     *
     * @param before what {@code ${NAME}} finds besides
     */
    public static Map<String, Secret> envFile(Path root, Map<String, Secret> before) throws Refused {
        var file = root.resolve(ENV_FILE);
        try {
            var read = EnvFile.read(file.toString(), textOf(root, file), before);
            if (!read.problems().isEmpty()) {
                throw new Refused(read.problems());
            }
            return read.variables();
        } catch (NoSuchFileException none) {
            return Map.of();
        } catch (CharacterCodingException binary) {
            throw new Refused(file.toString(), "is not UTF-8", "Save it as UTF-8.");
        } catch (IOException unreadable) {
            throw new Refused(
                    file.toString(), "cannot be read: " + reason(unreadable), "Let this user read it, or remove it.");
        }
    }

    /**
     * Runs a build command in the release's folder.
     *
     * @param environment of the release
     * @throws Refused if it does not end with exit code 0 in time
     */
    public void build(String command, Path root, Map<String, Secret> environment, Settings settings, Listener listener)
            throws Refused, InterruptedException {
        var plain = new HashMap<String, String>();
        environment.forEach((name, value) -> plain.put(name, value.reveal()));
        plain.put(
                "PATH",
                root.resolve("node_modules").resolve(".bin") + ":"
                        + plain.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
        var limit = Duration.ofMillis(settings.millis(Setting.BUILD_TIMEOUT));
        try {
            int code = tool.run(List.of("/bin/sh", "-c", command), root, plain, limit, listener::output);
            if (code != 0) {
                throw new Refused(
                        "--build '" + command + "'",
                        "ended with exit code " + code,
                        "Its output tells why. Nothing was changed; what served before serves on.");
            }
        } catch (TooLong late) {
            throw new Refused(
                    "--build '" + command + "'",
                    "did not end in " + Durations.print(limit) + " and was killed",
                    "Allow more: --build-timeout 1h.");
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    /** Has everything below a folder outlive a power cut, as far as that can be had within half a minute. */
    public void force(Path folder, Map<String, String> caller) throws InterruptedException {
        try {
            var path = Map.of("PATH", caller.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
            tool.run(List.of("sync", "-f", folder.toString()), folder, path, SYNC_LIMIT, _ -> {});
        } catch (IOException | TooLong without) {
            // The kernel writes it by itself within half a minute; only a power cut before that would harm.
        }
    }

    private static Refused refused(IOException failure) {
        boolean full = String.valueOf(failure.getMessage()).contains("No space left");
        return new Refused(
                failure instanceof FileSystemException system && system.getFile() != null
                        ? system.getFile()
                        : "release",
                full ? "there is no space left on the disk" : "cannot be made: " + reason(failure),
                full
                        ? "Make room. Nothing was changed; what served before serves on."
                        : "Nothing was changed; what served before serves on.");
    }

    /** A repository's address as it may be told. */
    public static String withoutCredentials(String repository) {
        return GitFetch.withoutCredentials(repository);
    }

    static String reason(IOException failure) {
        return switch (failure) {
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "there is no such file";
            case FileSystemException system when system.getReason() != null -> system.getReason();
            default -> String.valueOf(failure.getMessage());
        };
    }
}
