package dev.molink.bench.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One HTTP/1.1 connection that is kept, read by its caller's thread. It does as little as it can: the client shares its
 * processors with the gateway that it measures.
 */
final class KeptConnection implements AutoCloseable {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 30_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    private byte[] buffer = new byte[64 * 1024];
    private int read;
    private int filled;

    /** Told of each piece of a streamed body, when it has arrived. */
    @FunctionalInterface
    interface Pieces {
        void arrived(byte[] bytes, int from, int length);
    }

    /**
     * An answer's head.
     *
     * @param requestId the header {@code x-request-id}; empty without one
     * @param closes whether the connection takes no further request
     */
    record Answer(int status, String requestId, boolean closes, String body) {}

    KeptConnection(int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
        in = socket.getInputStream();
    }

    /** The bytes of a POST with a JSON body. */
    static byte[] post(String path, String key, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String head =
                "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                                .formatted(path, key)
                        + "Content-Length: %d\r\n\r\n".formatted(body.length);
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] request = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        return request;
    }

    /** Sends a request and reads its answer; the body is kept only where the status is not 200. */
    Answer ask(byte[] request, Pieces pieces) throws IOException {
        socket.getOutputStream().write(request);
        String head = head();
        int status = Integer.parseInt(head.substring(9, 12));
        String lower = head.toLowerCase(Locale.ROOT);
        StringBuilder body = new StringBuilder();
        Pieces taken = status == 200
                ? pieces
                : (bytes, from, length) -> body.append(new String(bytes, from, length, StandardCharsets.UTF_8));
        if (lower.contains("\r\ntransfer-encoding: chunked")) {
            chunks(taken);
        } else {
            whole(Integer.parseInt(header(lower, "content-length", "0")), taken);
        }
        boolean closes = header(lower, "connection", "").equals("close");
        return new Answer(status, header(head, "x-request-id", ""), closes, body.toString());
    }

    private static String header(String head, String name, String absent) {
        String start = "\r\n" + name + ": ";
        int at = head.indexOf(start);
        return at < 0 ? absent : head.substring(at + start.length(), head.indexOf("\r\n", at + 2));
    }

    private String head() throws IOException {
        int scanned = 0;
        while (true) {
            for (; read + scanned + 4 <= filled; scanned++) {
                int at = read + scanned;
                if (buffer[at] == '\r' && buffer[at + 2] == '\r') {
                    String head = new String(buffer, read, scanned + 2, StandardCharsets.ISO_8859_1);
                    read = at + 4;
                    return head;
                }
            }
            receive();
        }
    }

    private void whole(int length, Pieces pieces) throws IOException {
        require(length);
        pieces.arrived(buffer, read, length);
        read += length;
    }

    private void chunks(Pieces pieces) throws IOException {
        while (true) {
            int length = chunkLength();
            require(length + 2);
            if (length == 0) {
                read += 2;
                return;
            }
            pieces.arrived(buffer, read, length);
            read += length + 2;
        }
    }

    private int chunkLength() throws IOException {
        int length = 0;
        while (true) {
            require(1);
            byte next = buffer[read++];
            if (next == '\n') {
                return length;
            }
            if (next != '\r') {
                length = length * 16 + Character.digit(next, 16);
            }
        }
    }

    /** Waits until {@code count} unread bytes lie in the buffer. */
    private void require(int count) throws IOException {
        while (filled - read < count) {
            receive();
        }
    }

    /** Reads what has come, at least a byte. */
    private void receive() throws IOException {
        if (filled == buffer.length) {
            System.arraycopy(buffer, read, buffer, 0, filled - read);
            filled -= read;
            read = 0;
            if (filled == buffer.length) {
                buffer = Arrays.copyOf(buffer, 2 * buffer.length);
            }
        }
        int more = in.read(buffer, filled, buffer.length - filled);
        if (more < 0) {
            throw new EOFException("the gateway closed the connection in the middle of an answer");
        }
        filled += more;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
