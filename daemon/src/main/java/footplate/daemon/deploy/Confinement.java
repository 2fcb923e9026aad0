package footplate.daemon.deploy;

import footplate.daemon.config.Refused;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A release's links lead to what is in the release. One that leads elsewhere would make the release change when that does,
 * and in an archive somebody else wrote it could make the app serve or overwrite any file of its user.
 */
final class Confinement {
    private static final int MOST_HOPS = 40; // ELOOP, path_resolution(7)
    private static final int MOST_TOLD = 5;

    private Confinement() {}

    /**
     * Looks at every link below a folder.
     *
     * @throws Refused naming those that lead outside
     */
    static void check(Path root) throws IOException, Refused {
        var outside = new ArrayList<Path>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isSymbolicLink() && leadsOutside(root, file)) {
                    outside.add(file);
                }
                return outside.size() < MOST_TOLD ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }
        });
        if (!outside.isEmpty()) {
            throw new Refused(outside.stream().map(link -> problem(root, link)).toList());
        }
    }

    private static footplate.core.config.Problem problem(Path root, Path link) {
        String target;
        try {
            target = Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            target = "?";
        }
        return new footplate.core.config.Problem(
                "link " + root.relativize(link),
                "leads outside of the release, to " + target,
                "Link to something inside by a relative path, or leave it out and have --build make it.");
    }

    /** Goes the way the kernel would, part by part: a link may lead through other links. A link to nothing is no harm. */
    static boolean leadsOutside(Path root, Path link) throws IOException {
        var at = new ArrayList<Path>();
        root.relativize(link).forEach(at::add);
        var name = at.removeLast();
        var left = new ArrayDeque<Path>(List.of(name));
        int hops = 0;
        while (!left.isEmpty()) {
            var part = left.pop();
            if (part.toString().equals("..")) {
                if (at.isEmpty()) {
                    return true;
                }
                at.removeLast();
                continue;
            }
            if (part.toString().equals(".") || part.toString().isEmpty()) {
                continue;
            }
            var next = place(root, at).resolve(part);
            if (!Files.isSymbolicLink(next)) {
                at.add(part);
                continue;
            }
            if (++hops > MOST_HOPS) {
                return false; // leads nowhere
            }
            var target = Files.readSymbolicLink(next);
            if (target.isAbsolute()) {
                return true;
            }
            var parts = new ArrayList<Path>();
            target.forEach(parts::add);
            parts.reversed().forEach(left::push);
        }
        return false;
    }

    private static Path place(Path root, List<Path> at) {
        var place = root;
        for (var part : at) {
            place = place.resolve(part);
        }
        return place;
    }
}
