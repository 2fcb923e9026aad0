package footplate.proxy.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Settings;
import footplate.core.name.RunId;
import footplate.core.route.LiveTable;
import footplate.proxy.access.AccessLogs;
import footplate.proxy.body.SpoolSpace;
import footplate.proxy.files.FileDoor;
import footplate.proxy.names.Names;
import footplate.proxy.rule.RuleDoor;
import footplate.proxy.transport.ChosenTransport;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LoopTest {
    @TempDir
    Path folder;

    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private MultiThreadIoEventLoopGroup group;
    private FileDoor files;
    private SpoolSpace spools;
    private Names names;
    private RuleDoor rules;
    private Loop loop;

    @BeforeEach
    void start() {
        var settings = ProxySettings.usual(folder, bugs::add);
        var transport = ChosenTransport.of(Settings.standard()).transport();
        group = new MultiThreadIoEventLoopGroup(1, transport.engine(allocator));
        var events = (EventLoop) group.next();
        files = new FileDoor(settings.settings(), 1, settings.bugs());
        spools = new SpoolSpace(folder, 1 << 20, 1 << 20, 1);
        names = new Names(events, transport, settings.bugs());
        rules = new RuleDoor(settings.bugs());
        loop = new Loop(
                events,
                transport,
                allocator,
                settings,
                new LiveTable(),
                files,
                spools,
                new AccessLogs(settings.accessLogs(), settings.bugs()),
                new Loop.Shared(new RunTimePools(names), rules));
    }

    @AfterEach
    void stop() {
        names.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        spools.close();
        files.close();
        rules.close();
    }

    /** Something that is passed on as it is, and has no memory left whatever is done with it. */
    private static final class Broken implements Passed {
        final AtomicInteger ticks = new AtomicInteger();

        @Override
        public void tick(long nowMillis) {
            ticks.incrementAndGet();
            throw new OutOfMemoryError("for tests: no memory to tick");
        }

        @Override
        public void cut() {
            throw new OutOfMemoryError("for tests: no memory to cut");
        }

        @Override
        public void cut(RunId run) {}

        @Override
        public int clients() {
            return 1;
        }
    }

    @Test
    void errorsOfOneClientEndNoTimeoutOfTheOthers() {
        var broken = new Broken();
        var well = new AtomicInteger();
        loop.events().execute(() -> {
            loop.crowd().opened(broken);
            loop.crowd().opened(new Passed() {
                @Override
                public void tick(long nowMillis) {
                    well.incrementAndGet();
                }

                @Override
                public void cut() {}

                @Override
                public void cut(RunId run) {}

                @Override
                public int clients() {
                    return 1;
                }
            });
        });
        loop.start();
        await().until(() -> broken.ticks.get() >= 2 && well.get() >= 2);
        assertThat(bugs)
                .extracting(Throwable::getMessage)
                .contains("for tests: no memory to tick", "for tests: no memory to cut");
    }
}
