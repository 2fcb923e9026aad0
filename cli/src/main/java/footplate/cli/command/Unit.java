package footplate.cli.command;

import footplate.api.client.HomeLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The systemd unit of one user's daemon (systemd.service(5), systemd.exec(5)).
 *
 * @param user who it runs as
 * @param home its Footplate home
 * @param launcher absolute path of {@code footplate}
 * @param environment what the launcher needs besides
 */
record Unit(String user, Path home, String launcher, Map<String, String> environment) {
    /** Its name for {@code systemctl}. */
    String name() {
        return "footplate-" + user + ".service";
    }

    /** Where it is kept. */
    Path file() {
        return Path.of("/etc/systemd/system", name());
    }

    String text() {
        var variables = new TreeMap<>(environment);
        variables.put(HomeLayout.VARIABLE, home.toString());
        var lines = new StringBuilder();
        variables.forEach((name, value) ->
                lines.append("Environment=").append(quoted(name + "=" + value)).append('\n'));
        return """
                # Made by 'footplate startup'; 'footplate unstartup' removes it. Changes: systemctl edit %1$s
                [Unit]
                Description=Footplate, with the apps of %2$s
                Wants=network-online.target
                After=network-online.target
                StartLimitIntervalSec=0

                [Service]
                Type=notify
                # 'footplate upgrade' makes another process the main one.
                NotifyAccess=all
                User=%2$s
                %3$sExecStart=%4$s service
                ExecReload=%4$s upgrade
                # The daemon stops its apps in order at 'systemctl stop'. When it dies, they go on, and the next daemon finds them.
                KillMode=process
                Restart=always
                RestartSec=10ms
                WatchdogSec=30
                TimeoutStartSec=180
                TimeoutStopSec=180
                # Listening sockets: new connections wait in their queues while no daemon is there.
                FileDescriptorStoreMax=4096
                Delegate=yes
                LimitNOFILE=1048576
                TasksMax=infinity
                # One app without memory is not to take the others with it.
                OOMPolicy=continue
                # More (NoNewPrivileges, Protect…, Private…) would hold for the apps too: 'systemctl edit' what yours can bear.

                [Install]
                WantedBy=multi-user.target
                """.formatted(name(), user, lines, command(launcher));
    }

    /** In quotes; specifiers and escapes are taken literally. */
    private static String quoted(String word) {
        return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%") + '"';
    }

    /** The same for a word of a command, where variables are replaced too. */
    private static String command(String word) {
        return quoted(word).replace("$", "$$");
    }
}
