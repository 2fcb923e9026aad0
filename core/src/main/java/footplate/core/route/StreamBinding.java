package footplate.core.route;

import footplate.core.config.Entry.Binding;
import footplate.core.config.file.Stream.Protocol;

/** Where a stream listens: a port of TCP is another one than the same port of UDP. */
public record StreamBinding(Binding binding, Protocol protocol) {
    @Override
    public String toString() {
        return binding + (protocol == Protocol.UDP ? "/udp" : "/tcp");
    }
}
