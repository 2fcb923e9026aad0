package footplate.daemon.os;

import footplate.core.config.Setting;
import footplate.core.limit.Caps;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The one door to control groups, by which the kernel keeps apps to their caps (cgroups(7); the kernel's
 * admin-guide/cgroup-v2.rst and cgroup-v1). Each run with a cap gets its own, {@code OURS/RUN}, in the folder that is ours
 * below:
 *
 * <ul>
 *   <li>in version 1, the cgroup this daemon is in, in the hierarchy of the controller;
 *   <li>in version 2, where only leaves may hold processes, a scope that systemd leaves to us; where this daemon is in the
 *       topmost cgroup there is, a container's or the machine's, that one.
 * </ul>
 *
 * Without a cap nothing is made or changed.
 */
public final class Cgroups {
    /** The leaf in version 2 for processes that are nobody's run. */
    static final String LEAF = "footplate-daemon";

    private static final List<String> CONTROLLERS = List.of("memory", "cpu");
    private static final String OF_FOREGROUND = "footplate-run-";
    private static final int PERIOD_MICROS = 100_000;

    /** Tells where we are now. */
    interface Whereabouts {
        /**
         * The cgroups of a process.
         *
         * @param pid of the process that is asked about; 0: ourselves
         */
        CgroupPlaces of(int pid) throws IOException;
    }

    private final String ours;
    private final Whereabouts whereabouts;
    private final DelegatedScope.Maker scopes;

    Cgroups(String ours, Whereabouts whereabouts, DelegatedScope.Maker scopes) {
        this.ours = ours;
        this.whereabouts = whereabouts;
        this.scopes = scopes;
    }

    /**
     * Those of the background daemon of a home.
     *
     * @param name one that no other home has
     */
    public static Cgroups of(String name) {
        return new Cgroups(name, Cgroups::find, (folder, own) -> DelegatedScope.make(folder, own, LEAF, ""));
    }

    /** Those of a foreground daemon, which leaves nothing to a next one. */
    public static Cgroups ofForeground() {
        var pid = Long.toString(ProcessHandle.current().pid());
        return new Cgroups(
                OF_FOREGROUND + pid, Cgroups::find, (folder, own) -> DelegatedScope.make(folder, own, LEAF, pid));
    }

    private static CgroupPlaces find(int pid) throws IOException {
        var process = pid == 0 ? Path.of("/proc/self") : Path.of("/proc", Integer.toString(pid));
        try {
            return CgroupPlaces.of(
                    Files.readString(process.resolve("cgroup")), Files.readString(Path.of("/proc/self/mountinfo")));
        } catch (InvalidPathException unspeakable) {
            throw new IOException("the name of a cgroup cannot be read in this locale", unspeakable);
        }
    }

    /**
     * Makes the cgroups of a run.
     *
     * @param run a name that no other run of this home has
     * @return empty if there is nothing to cap
     * @throws SpawnFailure if a cap is wanted that cannot be had here
     */
    public Optional<Cgroup> make(String run, Caps caps) throws SpawnFailure {
        return caps.any() ? Optional.of(made(run, caps)) : Optional.empty();
    }

    // Guards the folder of all our runs, which goes with the last of them.
    private synchronized Cgroup made(String run, Caps caps) throws SpawnFailure {
        var folders = new LinkedHashSet<Path>();
        try {
            if (caps.memory() > 0) {
                var folder = folder("memory", Setting.MAX_MEMORY_HARD, run);
                folders.add(folder);
                capMemory(folder, caps.memory());
            }
            if (caps.cpu() > 0) {
                var folder = folder("cpu", Setting.MAX_CPU, run);
                folders.add(folder);
                capCpu(folder, caps.cpu());
            }
            return new Cgroup(List.copyOf(folders));
        } catch (SpawnFailure failure) {
            remove(new Cgroup(List.copyOf(folders)));
            throw failure;
        }
    }

    /** The folder of a run where this controller can be used. */
    Path folder(String controller, Setting setting, String run) throws SpawnFailure {
        try {
            var places = whereabouts.of(0);
            var v1 = places.v1().get(controller);
            if (v1 != null) {
                return Files.createDirectories(v1.resolve(ours).resolve(run));
            }
            var base = base(places, controller, setting);
            enable(base, controller);
            var all = Files.createDirectories(base.resolve(ours));
            enable(all, controller);
            return Files.createDirectories(all.resolve(run));
        } catch (IOException failure) {
            throw new SpawnFailure(
                    setting.label(),
                    "this daemon can make no cgroup for the app here: " + reason(failure),
                    "Run Footplate as root's, where /sys/fs/cgroup may be written ('footplate startup')."
                            + without(setting));
        }
    }

    private static String reason(IOException failure) {
        var said = String.valueOf(failure.getMessage());
        return failure instanceof AccessDeniedException ? said + ": permission denied" : said;
    }

    private static String without(Setting setting) {
        return " Without it: 'footplate start APP --" + setting.label()
                + (setting.standard().isEmpty() ? " \"\"" : " " + setting.standard()) + "'"
                + (setting == Setting.MAX_MEMORY_HARD ? "; max-memory needs no cgroup." : ".");
    }

    /** The cgroup of version 2 below which ours are made. */
    private Path base(CgroupPlaces places, String controller, Setting setting) throws IOException, SpawnFailure {
        var own = places.v2();
        var top = places.top();
        if (own == null || top == null) {
            throw new SpawnFailure(
                    setting.label(),
                    "this machine shows no cgroups with a " + controller
                            + " controller: none is mounted that this daemon is in",
                    "Mount them (mount -t cgroup2 none /sys/fs/cgroup)." + without(setting));
        }
        boolean alone = own.equals(top) || own.equals(top.resolve(LEAF));
        var base = alone ? top : scope(own, top, setting);
        if (!CgroupFile.names(base.resolve("cgroup.controllers"), controller)) {
            throw new SpawnFailure(
                    setting.label(),
                    "the kernel offers no %s controller in %s".formatted(controller, base),
                    "Have it passed on from above, or the kernel started with cgroup_enable=%s.".formatted(controller)
                            + without(setting));
        }
        // The machine's own root may have processes beside its children; it alone has no type.
        if (own.equals(top) && Files.exists(own.resolve("cgroup.type"))) {
            moveAside(own);
        }
        return base;
    }

    private Path scope(Path own, Path top, Setting setting) throws SpawnFailure {
        var scope = DelegatedScope.folder(top, ours);
        if (!Files.isDirectory(scope.resolve(LEAF))) {
            try {
                scopes.make(scope, own);
            } catch (IOException failure) {
                throw new SpawnFailure(
                        setting.label(),
                        "this daemon shares its cgroup %s with others, may make none in it, and has none of its own: %s"
                                .formatted(own, failure.getMessage()),
                        "Run Footplate as root's, on a machine that systemd runs ('footplate startup')."
                                + without(setting));
            }
        }
        return scope;
    }

    /** Of a container, whose processes are all in the topmost cgroup: they go to a leaf. */
    private static void moveAside(Path top) throws IOException {
        var leaf = Files.createDirectories(top.resolve(LEAF)).resolve("cgroup.procs");
        for (int round = 0; round < 10; round++) {
            var pids = CgroupFile.lines(top.resolve("cgroup.procs"));
            if (pids.isEmpty()) {
                return;
            }
            for (var pid : pids) {
                try {
                    CgroupFile.write(leaf, pid);
                } catch (IOException endedMeanwhile) {
                    // or not ours to move: enabling the controller says so
                }
            }
        }
    }

    private static void enable(Path folder, String controller) throws IOException {
        var file = folder.resolve("cgroup.subtree_control");
        if (!CgroupFile.names(file, controller)) {
            CgroupFile.write(file, "+" + controller);
        }
    }

    private static void capMemory(Path folder, long bytes) throws SpawnFailure {
        var number = Long.toString(bytes);
        try {
            if (isV1(folder, "memory.limit_in_bytes")) {
                CgroupFile.write(folder.resolve("memory.limit_in_bytes"), number);
                writeIfThere(folder.resolve("memory.memsw.limit_in_bytes"), number);
            } else {
                CgroupFile.write(folder.resolve("memory.max"), number);
                writeIfThere(folder.resolve("memory.swap.max"), "0");
            }
        } catch (IOException failure) {
            throw refused(Setting.MAX_MEMORY_HARD, folder, failure);
        }
    }

    private static void capCpu(Path folder, int percent) throws SpawnFailure {
        long quota = (long) percent * PERIOD_MICROS / 100;
        try {
            if (isV1(folder, "cpu.cfs_quota_us")) {
                CgroupFile.write(folder.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
                CgroupFile.write(folder.resolve("cpu.cfs_quota_us"), Long.toString(quota));
            } else {
                CgroupFile.write(folder.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
            }
        } catch (IOException failure) {
            throw refused(Setting.MAX_CPU, folder, failure);
        }
    }

    private static boolean isV1(Path folder, String file) {
        return Files.exists(folder.resolve(file));
    }

    /** Swap is not accounted everywhere. */
    private static void writeIfThere(Path file, String text) throws IOException {
        if (Files.exists(file)) {
            CgroupFile.write(file, text);
        }
    }

    private static SpawnFailure refused(Setting setting, Path folder, IOException failure) {
        return new SpawnFailure(
                setting.label(),
                "the kernel does not take it for %s: %s".formatted(folder, reason(failure)),
                "Write another value, one that the cgroup above allows." + without(setting));
    }

    /** Those of ours that a process is in; empty if none. */
    public Optional<Cgroup> of(int pid) {
        try {
            var places = whereabouts.of(pid);
            var folders = new LinkedHashSet<Path>();
            var all = new ArrayList<>(places.v1().values());
            if (places.v2() != null) {
                all.add(places.v2());
            }
            for (var folder : all) {
                var above = folder.getParent();
                if (above != null && above.endsWith(ours)) {
                    folders.add(folder);
                }
            }
            return folders.isEmpty() ? Optional.empty() : Optional.of(new Cgroup(List.copyOf(folders)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Takes them away, as the run's processes are gone. */
    public void remove(Cgroup gone) {
        gone.remove();
        removeEmpty(gone);
    }

    private synchronized void removeEmpty(Cgroup gone) {
        for (var folder : gone.folders()) {
            Cgroup.removed(folder.resolveSibling(""));
        }
    }

    /**
     * Takes away what an earlier daemon of this home has left, and foreground ones that are gone, where it is empty.
     *
     * @param kept those of runs that go on
     */
    public synchronized void sweep(Collection<Cgroup> kept) {
        var keep = new HashSet<Path>();
        kept.forEach(cgroup -> keep.addAll(cgroup.folders()));
        try {
            var places = whereabouts.of(0);
            var bases = new HashSet<Path>();
            for (var controller : CONTROLLERS) {
                var v1 = places.v1().get(controller);
                if (v1 != null) {
                    bases.add(v1);
                }
            }
            var top = places.top();
            if (top != null) {
                bases.addAll(List.of(top, DelegatedScope.folder(top, ours)));
            }
            for (var base : bases) {
                sweep(base.resolve(ours), keep);
                for (var folder : children(base)) {
                    if (isOfGoneForeground(folder)) {
                        sweep(folder, Set.of());
                    }
                }
            }
        } catch (IOException nothingToBeSeen) {
            // then nothing was made here
        }
    }

    /** Gives a scope back in which nothing of ours is left; this daemon makes no more. */
    public synchronized void close(Processes processes) {
        try {
            var top = whereabouts.of(0).top();
            var scope = top == null ? null : DelegatedScope.folder(top, ours);
            if (scope != null && Files.isDirectory(scope) && !Files.exists(scope.resolve(ours))) {
                new Cgroup(List.of(scope.resolve(LEAF))).kill(processes);
            }
        } catch (IOException nothingToBeSeen) {
            // then there is none
        }
    }

    private static void sweep(Path all, Set<Path> keep) {
        if (!Files.isDirectory(all)) {
            return;
        }
        for (var folder : children(all)) {
            if (!keep.contains(folder)) {
                Cgroup.removed(folder);
            }
        }
        Cgroup.removed(all);
    }

    private static boolean isOfGoneForeground(Path folder) {
        var name = folder.getFileName().toString();
        return name.matches(OF_FOREGROUND + "[0-9]{1,9}")
                && Proc.stat(Integer.parseInt(name.substring(OF_FOREGROUND.length())))
                        .isEmpty();
    }

    private static List<Path> children(Path folder) {
        var found = new ArrayList<Path>();
        try (var all = Files.newDirectoryStream(folder, Files::isDirectory)) {
            all.forEach(found::add);
        } catch (IOException | DirectoryIteratorException gone) {
            // nothing in it
        }
        return found;
    }
}
