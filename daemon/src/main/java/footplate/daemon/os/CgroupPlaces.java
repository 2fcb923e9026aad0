package footplate.daemon.os;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cgroups a process is in, as folders of this machine (cgroups(7)).
 *
 * @param v1 its folder in each hierarchy of version 1 that is mounted, by controller
 * @param v2 its folder in the hierarchy of version 2; null where that is not mounted, or does not show it
 * @param top the topmost folder of that hierarchy that we can see: the machine's root, or a container's
 */
record CgroupPlaces(
        Map<String, Path> v1, @Nullable Path v2, @Nullable Path top) {
    CgroupPlaces {
        v1 = Map.copyOf(v1);
    }

    /** A line of /proc/PID/mountinfo that shows cgroups (proc(5)): the part of a hierarchy from {@code root} on is at {@code point}. */
    private record Mount(String root, Path point, boolean v2, List<String> options) {}

    /**
     * Reads what the kernel says.
     *
     * @param cgroup /proc/PID/cgroup: {@code ID:controllers:path}, of version 2 {@code 0::path}; a path may hold colons
     * @param mountinfo /proc/self/mountinfo
     */
    static CgroupPlaces of(String cgroup, String mountinfo) {
        var mounts = mountinfo.lines().flatMap(CgroupPlaces::mount).toList();
        var v1 = new HashMap<String, Path>();
        Path v2 = null;
        Path top = null;
        for (var line : cgroup.lines().toList()) {
            var fields = line.split(":", 3);
            if (fields.length < 3) {
                continue;
            }
            if (fields[0].equals("0") && fields[1].isEmpty()) {
                var mounted = mounts.stream().filter(Mount::v2).toList();
                v2 = folder(mounted, fields[2]);
                top = v2 == null ? null : mounted.getLast().point();
                continue;
            }
            for (var controller : fields[1].split(",", -1)) {
                var folder = folder(
                        mounts.stream()
                                .filter(mount -> !mount.v2() && mount.options().contains(controller))
                                .toList(),
                        fields[2]);
                if (folder != null) {
                    v1.put(controller, folder);
                }
            }
        }
        return new CgroupPlaces(v1, v2, top);
    }

    private static Stream<Mount> mount(String line) {
        var fields = List.of(line.split(" ", -1));
        int dash = fields.indexOf("-");
        if (dash < 6 || fields.size() < dash + 4) {
            return Stream.empty();
        }
        var kind = fields.get(dash + 1);
        return kind.equals("cgroup") || kind.equals("cgroup2")
                ? Stream.of(new Mount(
                        plain(fields.get(3)),
                        Path.of(plain(fields.get(4))),
                        kind.equals("cgroup2"),
                        List.of(fields.get(dash + 3).split(",", -1))))
                : Stream.empty();
    }

    /** Where {@code path} of a hierarchy is to be seen; the latest of several mounts; null if nowhere. */
    private static @Nullable Path folder(List<Mount> mounts, String path) {
        Path found = null;
        for (var mount : mounts) {
            var root = Path.of(mount.root());
            var there = Path.of(path);
            // A process outside of our cgroup namespace has a path that begins with "/..".
            if (there.startsWith(root) && !there.startsWith("/..")) {
                found = mount.point().resolve(root.relativize(there)).normalize();
            }
        }
        return found;
    }

    /** Spaces and the like are written in octal: {@code \040}. */
    private static String plain(String field) {
        var text = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && field.substring(i).matches("\\\\[0-7]{3}.*")) {
                text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(field.charAt(i));
            }
        }
        return text.toString();
    }
}
