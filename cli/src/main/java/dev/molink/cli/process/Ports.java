package dev.molink.cli.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ports of one deployment on this machine.
 *
 * @param firstStage port of the first stage node; the next ones follow
 */
public record Ports(int api, int management, int nodes, int firstStage) {

    private static final Ports STANDARD = new Ports(8080, 8081, 9090, 50061);

    /** The standard ports, or all of them moved behind {@code base}. */
    public static Ports of(@Nullable Integer base) {
        if (base == null) {
            return STANDARD;
        }
        if (base < 1 || base > 65_000) {
            throw new IllegalArgumentException("--port %d is outside 1 … 65000".formatted(base));
        }
        return new Ports(base, base + 1, base + 2, base + 3);
    }

    /** The same with another port for the first stage node. */
    public Ports withFirstStage(int port) {
        return new Ports(api, management, nodes, port);
    }

    /** The first port of a gateway and {@code stages} stage nodes that another process listens on. */
    public Optional<Taken> firstTaken(int stages) throws IOException {
        String[] uses = {"the API", "actuator", "nodes"};
        int[] ports = {api, management, nodes};
        for (int i = 0; i < ports.length; i++) {
            if (isTaken(ports[i])) {
                return Optional.of(new Taken(ports[i], uses[i]));
            }
        }
        for (int stage = 0; stage < stages; stage++) {
            if (isTaken(firstStage + stage)) {
                return Optional.of(new Taken(firstStage + stage, "stage " + stage));
            }
        }
        return Optional.empty();
    }

    private static boolean isTaken(int port) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return false;
        } catch (java.net.BindException e) {
            return true;
        }
    }

    /** A port that is in use. */
    public record Taken(int port, String use) {}
}
