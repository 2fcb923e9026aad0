package footplate.daemon.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.deploy.Origin;
import footplate.daemon.config.Refused;
import footplate.daemon.os.Processes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases made of real folders, of archives by the system's tar, of repositories by the system's git. */
final class ArtifactsIT {
    private static final Map<String, String> CALLER = Map.of("PATH", System.getenv("PATH"), "HOME", "/nonexistent");

    @TempDir
    Path folder;

    private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
    private final Processes processes = Processes.forThisMachine();
    private Artifacts artifacts;
    private Path from;
    private Path files;

    @BeforeEach
    void make() throws IOException {
        artifacts = new Artifacts(processes, folder.resolve("home"), "0123456789abcdef");
        from = Files.createDirectory(folder.resolve("shop"));
        files = folder.resolve("files");
    }

    @AfterEach
    void close() {
        processes.close();
    }

    private Artifacts.Brought bring(Source source) throws Exception {
        return bring(source, Settings.standard());
    }

    private Artifacts.Brought bring(Source source, Settings settings) throws Exception {
        return artifacts.bring(source, files, settings, CALLER, listener());
    }

    private Refused refused(Source source) {
        var refused = catchThrowableOfType(Refused.class, () -> bring(source));
        assertThat(refused).describedAs("refused").isNotNull();
        return refused;
    }

    private Artifacts.Listener listener() {
        return new Artifacts.Listener() {
            @Override
            public void note(String text) {
                told.add(text);
            }

            @Override
            public void output(String line) {
                told.add(line);
            }
        };
    }

    private String sh(String line) throws Exception {
        var builder = new ProcessBuilder("/bin/sh", "-ec", line)
                .directory(from.toFile())
                .redirectErrorStream(true);
        builder.environment().put("HOME", folder.toString());
        var shell = builder.start();
        var said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).describedAs(line + ": " + said).isZero();
        return said.strip();
    }

    @Test
    void aFolderIsCopiedAsItIsButForVersionControl() throws Exception {
        sh("mkdir -p .git lib/deep node_modules/.bin; echo x > .git/HEAD; echo 1 > app.js; echo 2 > lib/deep/a;"
                + " printf '#!/bin/sh' > lib/tool; chmod 750 lib/tool; chmod 4755 lib/deep/a;"
                + " ln -s ../../lib/tool node_modules/.bin/tool; ln -s nothing dangling; mkfifo pipe;"
                + " touch -d 2001-02-03T04:05:06Z app.js lib; echo A=1 > .env; chmod 600 .env; ln app.js hard.js");

        var brought = bring(new Source.Folder(from));

        assertThat(brought).isEqualTo(new Artifacts.Brought(new Origin.Folder(from.toString(), true), files));
        assertThat(files.resolve(".git")).doesNotExist();
        assertThat(files.resolve("pipe")).doesNotExist();
        assertThat(told).singleElement().asString().contains("pipe");
        assertThat(Files.readSymbolicLink(files.resolve("node_modules/.bin/tool")))
                .hasToString("../../lib/tool");
        assertThat(Files.isSymbolicLink(files.resolve("dangling"))).isTrue();
        assertThat(mode("lib/tool")).isEqualTo("rwxr-x---");
        assertThat(mode(".env")).isEqualTo("rw-------");
        assertThat((int) Files.getAttribute(files.resolve("lib/deep/a"), "unix:mode") & 07777)
                .isEqualTo(0755);
        assertThat(Files.getLastModifiedTime(files.resolve("app.js")))
                .isEqualTo(Files.getLastModifiedTime(from.resolve("app.js")));
        assertThat(Files.getLastModifiedTime(files.resolve("lib")))
                .isEqualTo(Files.getLastModifiedTime(from.resolve("lib")));
        Files.writeString(from.resolve("app.js"), "changed");
        assertThat(files.resolve("app.js")).hasContent("1");
        assertThat(files.resolve("hard.js")).hasContent("1");
    }

    @Test
    void rootKeepsTheOwnersOfFilesAndFolders() throws Exception {
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")), "only for root");
        sh("mkdir lib; echo 1 > lib/app.js; ln -s lib/app.js link; chmod 750 lib; chown -hR 4321:4322 .");

        bring(new Source.Folder(from));

        for (var file : List.of("", "lib", "lib/app.js", "link")) {
            var copied = Files.readAttributes(files.resolve(file), "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
            assertThat(copied).describedAs(file).containsEntry("uid", 4321).containsEntry("gid", 4322);
        }
        assertThat(mode("lib")).isEqualTo("rwxr-x---");
    }

    /** Whoever may change the folder puts a link in a file's or folder's place while it is copied. */
    @Test
    void nothingIsCopiedThroughALinkThatIsPutThereMeanwhile() throws Exception {
        var secret = Files.createDirectory(from.resolveSibling("secret"));
        Files.writeString(secret.resolve("key"), "secret");
        sh("mkdir spare turning; echo mine > turning/key");
        var stop = new AtomicBoolean();
        var flips = new AtomicInteger();
        var flipper = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; !stop.get(); i++) {
                    var next = from.resolve("spare").resolve("next");
                    if (i % 2 == 0) {
                        Files.createSymbolicLink(next, secret.resolve("key"));
                    } else {
                        Files.writeString(next, "mine");
                    }
                    Files.move(next, from.resolve("turning/key"), StandardCopyOption.ATOMIC_MOVE);
                    flips.incrementAndGet();
                }
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
        int refusals = 0;
        try {
            for (int i = 0; i < 500; i++) {
                var copy = from.resolveSibling("copy" + i);
                try {
                    FolderCopy.copy(
                            from.resolve("turning"),
                            copy,
                            from.resolve("home"),
                            new Budget("folder", 1 << 20),
                            _ -> {});
                } catch (IOException noticed) {
                    refusals++;
                }
                var key = copy.resolve("key");
                if (Files.isRegularFile(key, LinkOption.NOFOLLOW_LINKS)) {
                    assertThat(key).hasContent("mine");
                }
            }
        } finally {
            stop.set(true);
            flipper.join();
        }
        assertThat(flips.get()).isGreaterThan(100);
        assertThat(refusals).isLessThan(500);
    }

    private String mode(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(files.resolve(file)));
    }

    @Test
    void aFolderThatHoldsTheHomeIsCopiedWithoutIt() throws Exception {
        Files.writeString(from.resolve("app.js"), "1");
        files = Files.createDirectories(from.resolve("home/releases/shop/1")).resolve("files");
        artifacts = new Artifacts(processes, from.resolve("home"), "0123456789abcdef");

        bring(new Source.Folder(from));

        assertThat(files.resolve("app.js")).exists();
        assertThat(files.resolve("home")).doesNotExist();
    }

    @Test
    void linksThatLeadOutsideAreRefusedAllAtOnce() throws Exception {
        sh("echo 1 > app.js; mkdir -p a/b; ln -s /etc/passwd passwd; ln -s ../shop up; ln -s ../.. a/b/d;"
                + " ln -s a/b/d/.. sly; ln -s a/b fine");

        var refused = refused(new Source.Folder(from));

        assertThat(refused.problems())
                .extracting(p -> p.where())
                .containsExactlyInAnyOrder("link passwd", "link up", "link sly");
    }

    @Test
    void aFolderThatIsTooLargeIsRefused() throws Exception {
        try (var large = new RandomAccessFile(from.resolve("large").toFile(), "rw")) {
            large.setLength(3 << 20);
        }

        assertThatThrownBy(
                        () -> bring(new Source.Folder(from), Settings.standard().with(Setting.MAX_RELEASE_SIZE, "2MB")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("2MB");
    }

    @Test
    void anArchiveIsUnpackedAndOneFolderInItIsTheApp() throws Exception {
        sh("mkdir -p package/lib; echo 1 > package/app.js; chmod 775 package/app.js; ln -s ../app.js package/lib/l;"
                + " ln package/app.js package/same.js;"
                + " f=package/$(printf 'l%.0s' $(seq 200)); echo long > $f; tar -czf ../a.tgz package");

        var brought = bring(new Source.Archive(folder.resolve("a.tgz")));

        assertThat(brought.root()).isEqualTo(files.resolve("package"));
        assertThat(files.resolve("package/same.js")).hasContent("1");
        assertThat(mode("package/app.js")).isEqualTo("rwxr-xr-x");
        assertThat(files.resolve("package/lib/l")).hasContent("1");
        assertThat(files.resolve("package/" + "l".repeat(200))).hasContent("long");
    }

    @Test
    void everyKindOfTarIsRead() throws Exception {
        var name = "d/" + "n".repeat(90) + "/\u00e9\u4e16.js";
        sh("mkdir -p d/" + "n".repeat(90) + "; echo 1 > " + name + "; echo 2 > app.js");
        for (var format : List.of("gnu", "pax", "ustar")) {
            sh("tar --format=" + format + " -cf ../a.tar d app.js");
            files = folder.resolve(format);

            assertThat(bring(new Source.Archive(folder.resolve("a.tar"))).root())
                    .isEqualTo(files);

            assertThat(files.resolve(name)).hasContent("1");
        }
    }

    @Test
    void hostileArchivesAreRefusedAndWriteNothingElsewhere() throws Exception {
        sh("echo 1 > app.js; echo evil > evil; mkdir d; echo evil > d/evil; mkfifo pipe; ln -s /etc out; ln -s .. up");
        var archive = folder.resolve("a.tgz");
        for (var packing : List.of(
                "tar -czPf ../a.tgz --transform s,^evil,../../evil, app.js evil",
                "tar -czPf ../a.tgz --transform s,^evil," + folder + "/evil, app.js evil",
                "tar -czf ../a.tgz app.js pipe",
                "tar -czf ../a.tgz app.js out",
                "tar -czf ../a.tgz app.js up",
                // A link, then a file through it.
                "tar -cf ../a.tar up; tar -rf ../a.tar --transform s,^d,up, d/evil; gzip -c ../a.tar > ../a.tgz",
                "tar -czf ../a.tgz --transform s,evil,app.js/evil, app.js evil",
                "tar -czf ../a.tgz app.js; truncate -s -8 ../a.tgz",
                "tar -cf ../a.tgz app.js; printf x | dd of=../a.tgz conv=notrunc 2>&1",
                "printf hello > ../a.tgz",
                "head -c 5000 /dev/zero | tr '\\0' x > ../a.tgz")) {
            sh(packing);
            files = folder.resolve("f" + Integer.toHexString(packing.hashCode()));

            var refused = refused(new Source.Archive(archive));

            assertThat(refused.problems()).describedAs(packing).isNotEmpty();
            assertThat(folder.resolve("evil")).doesNotExist();
            assertThat(from.resolve("../evil")).doesNotExist();
            if (Files.exists(files, LinkOption.NOFOLLOW_LINKS)) {
                FileTree.delete(files);
            }
        }
    }

    @Test
    void anArchiveThatUnpacksToMoreThanItMayIsRefusedBeforeItFillsTheDisk() throws Exception {
        sh("truncate -s 200M zeros; tar -czf ../bomb.tgz zeros; rm zeros");

        assertThatThrownBy(() -> bring(
                        new Source.Archive(folder.resolve("bomb.tgz")),
                        Settings.standard().with(Setting.MAX_RELEASE_SIZE, "10MB")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("10MB");
        assertThat(Files.size(files.resolve("zeros"))).isLessThanOrEqualTo(10 << 20);
    }

    @Test
    void aCommitIsFetchedAndNotedAndItsHistoryIsNot() throws Exception {
        sh(
                "git init -q -b main; git config user.email a@b; git config user.name a; echo 1 > app.js; git add .;"
                        + " git commit -qm 1; git tag v1; echo 2 > app.js; git commit -qam 2; git clone -q --bare . ../bare.git");
        var first = sh("git rev-parse v1");

        var brought = bring(new Source.Git(folder.resolve("bare.git").toString(), "v1"));

        assertThat(brought.origin())
                .isEqualTo(new Origin.Git(folder.resolve("bare.git").toString(), "v1", first));
        assertThat(files.resolve("app.js")).hasContent("1");
        assertThat(files.resolve(".git")).doesNotExist();
        files = folder.resolve("head");
        bring(new Source.Git(folder.resolve("bare.git").toString(), ""));
        assertThat(files.resolve("app.js")).hasContent("2");
        files = folder.resolve("none");
        assertThat(refused(new Source.Git(folder.resolve("bare.git").toString(), "nothing"))
                        .getMessage())
                .contains("could not fetch");
        files = folder.resolve("sly");
        assertThat(refused(new Source.Git("--upload-pack=touch " + folder.resolve("evil"), "")))
                .isNotNull();
        assertThat(refused(new Source.Git("ext::sh -c touch% " + folder.resolve("evil"), "")))
                .isNotNull();
        assertThat(folder.resolve("evil")).doesNotExist();
    }

    @Test
    void passwordsInAnAddressAreNotTold() {
        var refused = refused(new Source.Git("http://ann:hunter2@127.0.0.1:1/shop.git", "main"));

        assertThat(refused.getMessage() + told).contains("127.0.0.1").doesNotContain("hunter2");
    }

    @Test
    void aBuildHasTheReleasesEnvironmentAndItsOutputIsHandedOn() throws Exception {
        artifacts.build(
                "echo \"to $TARGET in $PWD\"; echo err >&2; printf last",
                from,
                Map.of("TARGET", new Secret("prod")),
                Settings.standard(),
                listener());

        assertThat(told).containsExactly("to prod in " + from, "err", "last");
    }

    @Test
    void aBuildThatFailsOrTakesTooLongIsRefusedAndLeavesNoProcess() throws Exception {
        var slow = Settings.standard().with(Setting.BUILD_TIMEOUT, "300ms");

        assertThatThrownBy(() -> artifacts.build("exit 3", from, Map.of(), Settings.standard(), listener()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("exit code 3");
        assertThatThrownBy(
                        () -> artifacts.build("setsid sleep 60 & echo $!; sleep 60", from, Map.of(), slow, listener()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("300ms");

        assertThat(told).hasSize(1);
        assertThat(runs(told.peek())).isFalse();
    }

    /** A zombie does not: who reaps it is nobody of ours. */
    private static boolean runs(String pid) throws IOException {
        try {
            var stat = Files.readString(Path.of("/proc", pid, "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    @Test
    void anEnvFileIsReadWithWhatWasThereBefore() throws Exception {
        assertThat(Artifacts.envFile(from, Map.of())).isEmpty();
        Files.writeString(from.resolve(".env"), "A=${B}\nnonsense");

        assertThatThrownBy(() -> Artifacts.envFile(from, Map.of()))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.problems()).hasSize(2));
        Files.writeString(from.resolve(".env"), "A=${B}");
        assertThat(Artifacts.envFile(from, Map.of("B", new Secret("b")))).containsEntry("A", new Secret("b"));
    }
}
