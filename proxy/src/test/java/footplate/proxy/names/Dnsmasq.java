package footplate.proxy.names;

import footplate.testkit.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A real dnsmasq on a free port of this machine, whose hosts a test rewrites and whose questions it reads. */
final class Dnsmasq implements AutoCloseable {
    final int port;
    private final Path hosts;
    private final List<String> options;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private LinkedBlockingQueue<String> news = new LinkedBlockingQueue<>();
    private @Nullable Process process;

    private Dnsmasq(Path folder, int port, List<String> options) throws IOException {
        this.port = port;
        this.hosts = folder.resolve("hosts-" + port);
        this.options = options;
        Files.writeString(hosts, "");
    }

    static Dnsmasq start(Path folder, String... options) throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/dnsmasq")), "dnsmasq is not installed (package dnsmasq-base)");
        var server = new Dnsmasq(folder, FreePort.find(), List.of(options));
        server.run();
        return server;
    }

    /** Starts it; again, if it was stopped. */
    void run() throws Exception {
        var command = new ArrayList<>(List.of(
                "/usr/sbin/dnsmasq",
                "--conf-file=/dev/null",
                "--no-daemon",
                "--port=" + port,
                "--listen-address=127.0.0.1",
                "--bind-interfaces",
                "--no-resolv",
                "--no-hosts",
                "--user=" + System.getProperty("user.name"),
                "--pid-file=",
                "--log-queries",
                "--log-facility=-",
                "--local=/internal/",
                "--addn-hosts=" + hosts));
        command.addAll(options);
        news = new LinkedBlockingQueue<>();
        var started = new ProcessBuilder(command).redirectErrorStream(true).start();
        process = started;
        var lines = new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
        var into = news;
        Thread.ofVirtual()
                .start(() -> lines.lines().forEach(line -> {
                    log.add(line);
                    into.add(line);
                }));
        awaitRead();
    }

    private void awaitRead() throws InterruptedException {
        awaitLine("read " + hosts);
    }

    private void awaitLine(String text) throws InterruptedException {
        while (true) {
            var line = news.poll(10, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("dnsmasq did not say '" + text + "': " + log);
            }
            if (line.contains(text)) {
                return;
            }
        }
    }

    /** {@code 10.0.0.1 a.internal}, one of a line. */
    Dnsmasq hosts(String... lines) throws Exception {
        Files.writeString(hosts, String.join("\n", lines) + "\n");
        news.clear();
        new ProcessBuilder("kill", "-HUP", String.valueOf(running().pid()))
                .start()
                .waitFor();
        awaitRead();
        return this;
    }

    /** As {@code resolver} names it. */
    String address() {
        return "127.0.0.1:" + port;
    }

    /** How often it was asked, as {@code query[A] a.internal}; complete once it was stopped. */
    long asked(String question) {
        return log.stream().filter(line -> line.contains(question + " from")).count();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("dnsmasq does not run");
        }
        return process;
    }

    void stop() throws InterruptedException {
        close();
        awaitLine("exiting on receipt of SIGTERM");
    }

    @Override
    public void close() {
        // The process's own destroy() would close what is read of its log.
        running().toHandle().destroy();
        running().onExit().join();
    }
}
