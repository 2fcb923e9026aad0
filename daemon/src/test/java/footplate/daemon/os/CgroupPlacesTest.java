package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What machines and containers of several kinds say of their cgroups. */
final class CgroupPlacesTest {
    @Test
    void versionTwoUnderSystemd() {
        var places = CgroupPlaces.of("0::/system.slice/footplate-root.service/footplate-daemon\n", """
                24 30 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw
                30 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,discard,errors=remount-ro
                33 24 0:28 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
                """);

        assertThat(places.v2())
                .isEqualTo(Path.of("/sys/fs/cgroup/system.slice/footplate-root.service/footplate-daemon"));
        assertThat(places.top()).isEqualTo(Path.of("/sys/fs/cgroup"));
        assertThat(places.v1()).isEmpty();
    }

    @Test
    void versionTwoInAContainerWithANamespaceOfItsOwn() {
        var places = CgroupPlaces.of("0::/\n", """
                1012 1011 0:28 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw
                """);

        assertThat(places.v2()).isEqualTo(Path.of("/sys/fs/cgroup"));
        assertThat(places.top()).isEqualTo(Path.of("/sys/fs/cgroup"));
    }

    @Test
    void versionOneWithControllersMountedTogether() {
        var places = CgroupPlaces.of("""
                12:pids:/user.slice/user-0.slice/session-1.scope
                4:cpu,cpuacct:/user.slice
                3:memory:/user.slice/user-0.slice/session-1.scope
                1:name=systemd:/user.slice/user-0.slice/session-1.scope
                """, """
                29 23 0:25 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,size=4096k,mode=755
                30 29 0:26 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:10 - cgroup cgroup rw,xattr,name=systemd
                34 29 0:30 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:15 - cgroup cgroup rw,memory
                35 29 0:31 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:16 - cgroup cgroup rw,cpu,cpuacct
                """);

        assertThat(places.v1())
                .containsEntry("memory", Path.of("/sys/fs/cgroup/memory/user.slice/user-0.slice/session-1.scope"))
                .containsEntry("cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct/user.slice"))
                .doesNotContainKey("pids");
        assertThat(places.v2()).isNull();
    }

    @Test
    void bothVersionsBesideEachOther() {
        var places = CgroupPlaces.of("""
                4:memory:/guest
                1:cpu:/
                0::/
                """, """
                32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
                35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
                41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
                """);

        assertThat(places.v1())
                .isEqualTo(
                        Map.of("memory", Path.of("/sys/fs/cgroup/memory/guest"), "cpu", Path.of("/sys/fs/cgroup/cpu")));
        assertThat(places.v2()).isEqualTo(Path.of("/sys/fs/cgroup/unified"));
    }

    /** It shows the machine's paths, and mounts its own part of the hierarchies. */
    @Test
    void versionOneInAContainerWithoutANamespaceOfItsOwn() {
        var places = CgroupPlaces.of("4:memory:/docker/0123abc/sub:1\n3:cpu:/elsewhere\n", """
                700 699 0:32 /docker/0123abc /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory
                701 699 0:33 /docker/0123abc /sys/fs/cgroup/cpu ro,nosuid - cgroup cgroup rw,cpu
                """);

        assertThat(places.v1()).isEqualTo(Map.of("memory", Path.of("/sys/fs/cgroup/memory/sub:1")));
    }

    @Test
    void aProcessOutsideOfOurNamespaceIsNowhere() {
        var places = CgroupPlaces.of("0::/../other\n", """
                1012 1011 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup rw
                """);

        assertThat(places.v2()).isNull();
    }

    @Test
    void aMountPointMayHoldSpaces() {
        var places = CgroupPlaces.of("0::/a\n", "1 2 0:28 / /mnt/my\\040cgroups rw - cgroup2 cgroup rw\n");

        assertThat(places.v2()).isEqualTo(Path.of("/mnt/my cgroups/a"));
    }
}
