package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Any other program, by its command line. */
@Tag("python")
@Timeout(60)
class CommandIT {
    private static final String SERVER = """
            import http.server, os

            class Page(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    body = f"python {os.getpid()} {os.environ['PORT']} {os.environ['NODE_ENV']}".encode()
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

                def log_message(self, *arguments):
                    pass

            print('serves', flush=True)
            http.server.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), Page).serve_forever()
            """;

    @TempDir
    Path folder;

    private Footplate footplate;
    private Path app;

    @BeforeEach
    void moveIn() throws Exception {
        footplate = new Footplate(folder);
        app = Files.createDirectory(folder.resolve("py"));
        Files.writeString(app.resolve("server.py"), SERVER);
    }

    @AfterEach
    void moveOut() throws Exception {
        footplate.close();
    }

    @Test
    void aPythonServerIsServedOnThePortItIsGiven() throws Exception {
        var start = footplate
                .run("start", app, "--command", "python3 server.py", "--port", 0, "--min", 2, "--max", 2)
                .fine();

        var answer = Line.get(start.port(), "/");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).matches("python \\d+ \\d+ production").doesNotContain(" " + start.port() + " ");
        var described = footplate.describe("py");
        assertThat(described.instances())
                .hasSize(2)
                .allSatisfy(instance -> assertThat(instance.address()).startsWith("127.0.0.1:"));
        Footplate.signal("KILL", described.instances().getFirst().pid());
        Footplate.await(10, () -> restarts() == 1);
        assertThat(restarts()).isEqualTo(1);
        footplate.run("stop", "py").fine();
        assertThat(footplate.processes()).describedAs("only the daemon").hasSize(1);
    }

    @Test
    void aCommandThatIsNotThereIsNamed() throws Exception {
        var ended = footplate.run("run", app, "--command", "pyhton3 server.py", "--port", 0, "--max", 1);

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("pyhton3: there is no such program on the app's PATH", "Correct the command");
    }

    private long restarts() {
        try {
            return footplate.describe("py").instances().stream()
                    .filter(instance -> instance.pid() != null)
                    .mapToLong(instance -> instance.restarts())
                    .sum();
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }
}
