package footplate.proxy.stream;

import footplate.core.name.RunId;
import footplate.core.route.StreamBinding;
import footplate.proxy.flow.Loop;
import footplate.proxy.flow.Passed;
import footplate.proxy.listen.Entrance;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that are passed on as they are: those of one client's address and port all go to one server, over a socket of their own, and
 * what comes back on that goes to the client. Their time ends when nothing has come for long enough. On the loop that receives.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a datagram that is not sent is lost, as any may be
final class UdpPassage extends ChannelInboundHandlerAdapter implements Passed {
    /** Most clients at once; then the one goes of which nothing has come for longest. */
    static final int MOST_CLIENTS = 8_192;

    private final Loop loop;
    private final StreamBinding binding;
    private final Entrance entrance;
    private final StreamCounts counts;
    private final int most;
    // The one that was of use longest ago is first.
    private final Map<InetSocketAddress, UdpClient> clients = new LinkedHashMap<>(16, 0.75f, true);
    private final List<UdpClient> written = new ArrayList<>();
    private @Nullable Channel socket;

    UdpPassage(Loop loop, StreamBinding binding, Entrance entrance, StreamCounts counts, int most) {
        this.loop = loop;
        this.binding = binding;
        this.entrance = entrance;
        this.counts = counts;
        this.most = most;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        socket = context.channel();
        loop.crowd().opened(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var packet = (DatagramPacket) message;
        var sender = packet.sender();
        var client = clients.get(sender);
        if (client == null) {
            client = begin(sender);
        }
        if (client == null) {
            counts.dropped.increment();
            packet.release();
        } else {
            if (client.toServer(packet.content())) {
                written.add(client);
            }
        }
    }

    private @Nullable UdpClient begin(InetSocketAddress sender) {
        counts.accepted.increment();
        var table = loop.table().current();
        var route = table.stream(binding);
        var to = route == null ? null : route.pool(null);
        var pool = to == null ? null : table.pool(to);
        if (route == null || pool == null) {
            counts.refused.increment();
            return null;
        }
        if (clients.size() >= most) {
            clients.values().iterator().next().close();
        }
        var client = new UdpClient(
                this, new Choice(loop, pool, sender), sender, route.idle().toMillis());
        if (!client.begin()) {
            counts.refused.increment();
            return null;
        }
        counts.passed.increment();
        counts.open.increment();
        clients.put(sender, client);
        return client;
    }

    Loop loop() {
        return loop;
    }

    StreamCounts counts() {
        return counts;
    }

    /** Whether its descriptor may be used: others are kept free. */
    boolean hasRoom(Channel channel) {
        return entrance.leavesDescriptors(channel);
    }

    /** Sends an answer; it is released. */
    void toClient(ByteBuf answer, InetSocketAddress client) {
        var out = socket;
        if (out == null || !out.isWritable()) {
            counts.dropped.increment();
            answer.release();
        } else {
            out.write(new DatagramPacket(answer, client));
        }
    }

    void flush() {
        if (socket != null) {
            socket.flush();
        }
    }

    void gone(UdpClient client) {
        if (clients.remove(client.address(), client)) {
            counts.open.decrement();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        written.forEach(UdpClient::flush);
        written.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cut();
        loop.crowd().closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // An answer could not be sent: that is its client's alone.
        if (!(cause instanceof IOException)) {
            loop.bug(cause);
        }
    }

    @Override
    public void tick(long nowMillis) {
        for (var client : new ArrayList<>(clients.values())) {
            client.tick(nowMillis);
        }
    }

    @Override
    public void cut() {
        for (var client : new ArrayList<>(clients.values())) {
            client.close();
        }
    }

    @Override
    public void cut(RunId run) {
        for (var client : new ArrayList<>(clients.values())) {
            if (client.isWith(run)) {
                client.close();
            }
        }
    }

    /** None: nobody waits for datagrams to end, as they have no end. */
    @Override
    public int clients() {
        return 0;
    }
}
