package footplate.proxy.names;

import footplate.core.discover.Reply;
import footplate.proxy.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One question to one name server, by Netty's resolver: each from a port of its own, its answer checked for sender, number and
 * question, and asked for again over TCP where it was cut off (RFC 7766). What the answers mean is not known here. Making one
 * reads files; the rest is for its event loop.
 */
final class DnsClient {
    /** As DNS Flag Day 2020 has it: larger datagrams may come in fragments, which can be forged. */
    private static final int LARGEST_DATAGRAM = 1_232;

    private final DnsNameResolver resolver;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final long timeoutMillis;

    DnsClient(EventLoop events, Transport transport, long timeoutMillis) {
        this.timeoutMillis = timeoutMillis;
        this.resolver = new DnsNameResolverBuilder(events)
                .datagramChannelFactory(() -> tracked(transport.datagrams()))
                .socketChannelFactory(() -> (SocketChannel) tracked(transport.connecting()))
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .nameServerProvider(new SingletonDnsServerAddressStreamProvider(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 53)))
                .hostsFileEntriesResolver((_, _) -> null)
                .searchDomains(List.of())
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
                .maxPayloadSize(LARGEST_DATAGRAM)
                .queryTimeoutMillis(timeoutMillis)
                .build();
    }

    private <C extends Channel> C tracked(C channel) {
        open.add(channel);
        channel.closeFuture().addListener(_ -> open.remove(channel));
        return channel;
    }

    /** Who asks; {@code why} is in words. */
    interface Asker {
        void replied(Reply reply);

        void unanswered(String why);
    }

    /** What can be asked for. */
    enum Kind {
        A(Reply.Address.class),
        AAAA(Reply.Address.class),
        SRV(Reply.Server.class);

        private final Class<? extends Reply.Entry> entries;

        Kind(Class<? extends Reply.Entry> entries) {
            this.entries = entries;
        }

        Class<? extends Reply.Entry> entries() {
            return entries;
        }

        private DnsRecordType type() {
            return switch (this) {
                case A -> DnsRecordType.A;
                case AAAA -> DnsRecordType.AAAA;
                case SRV -> DnsRecordType.SRV;
            };
        }
    }

    /** Asks for {@code name}, which is in lower case and without a trailing dot. */
    void ask(InetSocketAddress server, Kind kind, String name, Asker asker) {
        Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> asked;
        try {
            asked = resolver.query(server, new DefaultDnsQuestion(name + ".", kind.type()));
        } catch (IllegalArgumentException | IllegalStateException impossible) {
            // No descriptor for a socket, or no number free for a question to this server.
            asker.unanswered("cannot be asked just now: " + impossible.getMessage());
            return;
        }
        asked.addListener((Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> done) -> {
            if (!done.isSuccess()) {
                asker.unanswered(why(done.cause()));
                return;
            }
            var envelope = done.getNow();
            Reply reply;
            try {
                reply = read(envelope.content());
            } catch (RuntimeException malformed) {
                asker.unanswered("its answer is malformed");
                return;
            } finally {
                envelope.release();
            }
            try {
                asker.replied(reply);
            } catch (RuntimeException | Error mistake) {
                // Whoever waits must hear of it: nobody would ask again.
                asker.unanswered("its answer cannot be used");
            }
        });
    }

    private String why(Throwable cause) {
        if (cause instanceof DnsNameResolverTimeoutException) {
            return "no answer within " + timeoutMillis + " ms";
        }
        var inner = cause.getCause() == null ? cause : cause.getCause();
        return inner.getMessage() == null ? inner.getClass().getSimpleName() : inner.getMessage();
    }

    private static Reply read(DnsResponse response) {
        return new Reply(
                response.code().intValue(), read(response, DnsSection.ANSWER), read(response, DnsSection.AUTHORITY));
    }

    private static List<Reply.Entry> read(DnsResponse response, DnsSection section) {
        var entries = new ArrayList<Reply.Entry>();
        for (int i = 0; i < response.count(section); i++) {
            DnsRecord raw = response.recordAt(section, i);
            if (raw.dnsClass() == DnsRecord.CLASS_IN && raw instanceof ByteBufHolder holder) {
                var entry = read(raw, holder.content().duplicate());
                if (entry != null) {
                    entries.add(entry);
                }
            }
        }
        return entries;
    }

    private static Reply.@Nullable Entry read(DnsRecord raw, ByteBuf content) {
        var name = plain(raw.name());
        long ttl = raw.timeToLive();
        var type = raw.type();
        if (type.equals(DnsRecordType.A) || type.equals(DnsRecordType.AAAA)) {
            return new Reply.Address(name, ttl, address(content, type.equals(DnsRecordType.A) ? 4 : 16));
        }
        if (type.equals(DnsRecordType.CNAME)) {
            return new Reply.Alias(name, ttl, plain(DefaultDnsRecordDecoder.decodeName(content)));
        }
        if (type.equals(DnsRecordType.SRV)) {
            return new Reply.Server(
                    name,
                    ttl,
                    content.readUnsignedShort(),
                    content.readUnsignedShort(),
                    content.readUnsignedShort(),
                    plain(DefaultDnsRecordDecoder.decodeName(content)));
        }
        if (type.equals(DnsRecordType.SOA)) {
            // Its two names may be written by reference to the rest of the message, which is not here: the minimum is
            // last.
            return new Reply.Authority(name, ttl, content.getUnsignedInt(content.writerIndex() - 4));
        }
        return null;
    }

    private static String address(ByteBuf content, int length) {
        if (content.readableBytes() != length) {
            throw new IllegalArgumentException("an address of " + content.readableBytes() + " bytes");
        }
        var bytes = new byte[length];
        content.readBytes(bytes);
        try {
            return NetUtil.toAddressString(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String plain(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    void close() {
        resolver.close();
        for (var channel : open) {
            var _ = channel.close();
        }
    }
}
