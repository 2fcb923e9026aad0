package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.v1.Problem;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Parsed;
import footplate.cli.parse.UsageException;
import footplate.core.config.Settings;
import footplate.core.config.Site;
import footplate.core.config.Upstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that serve what is no app of ours, here: {@code proxy} and {@code serve}. */
final class Sites {
    private Sites() {}

    static int proxy(Parsed parsed, Surroundings around) throws UsageException, CallFailed {
        List<Problem> problems = new ArrayList<>();
        List<Upstream> servers = servers(parsed, around.directory(), problems);
        Settings settings = SettingValues.settings(parsed, around.directory(), problems);
        if (!problems.isEmpty()) {
            throw new UsageException(problems);
        }
        return around.foreground().serve(site(servers, "", settings, parsed, around));
    }

    static int serve(Parsed parsed, Surroundings around) throws UsageException, CallFailed {
        List<Problem> problems = new ArrayList<>();
        String folder = folder(parsed.operand(0), around.directory(), problems);
        Settings settings = SettingValues.settings(parsed, around.directory(), problems);
        if (folder == null || !problems.isEmpty()) {
            throw new UsageException(problems);
        }
        return around.foreground().serve(site(List.of(), folder, settings, parsed, around));
    }

    private static Site site(
            List<Upstream> servers, String folder, Settings settings, Parsed parsed, Surroundings around)
            throws UsageException {
        Integer port = parsed.count(Commands.SITE_PORT);
        return new Site(
                servers,
                folder,
                parsed.text(Commands.SITE_BIND),
                port == null ? Commands.USUAL_SITE_PORT : port,
                SettingValues.accessLog(parsed, around.directory()),
                settings);
    }

    private static @Nullable String folder(@Nullable String typed, Path directory, List<Problem> problems) {
        String text = typed == null ? "." : typed;
        try {
            Path folder = directory.resolve(text);
            if (Files.isDirectory(folder) && Files.isExecutable(folder)) {
                return folder.toRealPath().toString();
            }
            problems.add(
                    Files.isDirectory(folder)
                            ? new Problem(text, "cannot be read: permission denied", "chmod u+rX " + folder)
                            : new Problem(
                                    text,
                                    Files.exists(folder) ? "is no folder" : "there is no such folder",
                                    "Name the folder that the files are in."));
        } catch (IOException | InvalidPathException cannot) {
            problems.add(new Problem(
                    text, "cannot be read: " + cannot.getMessage(), "Name the folder that the files are in."));
        }
        return null;
    }

    private static List<Upstream> servers(Parsed parsed, Path directory, List<Problem> problems) {
        List<Upstream> servers = new ArrayList<>();
        List<footplate.core.config.Problem> wrong = new ArrayList<>();
        for (String list : parsed.texts(Commands.TO)) {
            for (String text : list.split(",", -1)) {
                Upstream server = absolute(Upstream.read(text, wrong), directory, wrong);
                if (server != null) {
                    servers.add(server);
                }
            }
        }
        for (footplate.core.config.Problem one : wrong) {
            problems.add(new Problem(one.where(), one.what(), one.mend()));
        }
        if (parsed.texts(Commands.TO).isEmpty()) {
            problems.add(new Problem(
                    "proxy",
                    "needs to know where requests go",
                    "Write 'footplate proxy --to :3000', or host:port, or unix:/path."));
        }
        return servers;
    }

    /** The socket's path from the current folder, and one that the kernel takes. */
    private static @Nullable Upstream absolute(
            @Nullable Upstream server, Path directory, List<footplate.core.config.Problem> wrong) {
        if (!(server instanceof Upstream.Unix(var path))) {
            return server;
        }
        try {
            String absolute = directory.resolve(path).normalize().toString();
            if (absolute.getBytes(StandardCharsets.UTF_8).length < Upstream.LONGEST_PATH) {
                return new Upstream.Unix(absolute);
            }
            wrong.add(new footplate.core.config.Problem(
                    "--to " + server,
                    "the path of a Unix socket has fewer than " + Upstream.LONGEST_PATH + " bytes",
                    "Have the server listen on a shorter path."));
        } catch (InvalidPathException none) {
            wrong.add(new footplate.core.config.Problem(
                    "--to " + server, "is no path: " + none.getReason(), "Write unix:/run/app.sock."));
        }
        return null;
    }
}
