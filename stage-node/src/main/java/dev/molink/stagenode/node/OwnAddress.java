package dev.molink.stagenode.node;

import dev.molink.stagenode.link.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;

/** Under which address other machines reach this one. */
final class OwnAddress {

    private static final String LOOPBACK = "127.0.0.1";

    private OwnAddress() {}

    /**
     * The address of the interface over which {@code others} are reached, or any that is not loopback.
     *
     * @param onlyLoopback whether the node listens on loopback only
     * @param others processes that this node dials
     */
    static HostPort find(boolean onlyLoopback, int port, List<HostPort> others) throws IOException {
        if (onlyLoopback) {
            return new HostPort(LOOPBACK, port);
        }
        Optional<String> towards = others.stream()
                .filter(other -> !other.isLoopback())
                .map(OwnAddress::localTowards)
                .flatMap(Optional::stream)
                .findFirst();
        return new HostPort(towards.isPresent() ? towards.get() : anyInterface(), port);
    }

    /** Connecting a datagram socket sends nothing; it only asks the routing table. */
    private static Optional<String> localTowards(HostPort other) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(other.host(), other.port()));
            InetAddress local = socket.getLocalAddress();
            return local.isAnyLocalAddress() ? Optional.empty() : Optional.of(local.getHostAddress());
        } catch (SocketException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static String anyInterface() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .filter(OwnAddress::isUp)
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElse(LOOPBACK);
    }

    private static boolean isUp(NetworkInterface each) {
        try {
            return each.isUp() && !each.isLoopback();
        } catch (SocketException e) {
            return false;
        }
    }

    /** Whether somebody else listens on the port. */
    static boolean isTaken(int port, boolean onlyLoopback) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(
                    onlyLoopback
                            ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                            : new InetSocketAddress(port));
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
