package dev.molink.stagenode.model.hub;

import dev.molink.stagenode.model.hub.HubException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes one answer's body into a file. The HTTP client's threads write, one at a time; another thread may read the
 * position. Closed by the fetching thread, so that nothing of an answer that was given up is written later.
 */
final class PieceWriter implements AutoCloseable {

    private final Path target;
    private final FileChannel channel;
    private final long mostBytes;
    private volatile long position;

    PieceWriter(Path target, long mostBytes) throws IOException {
        this.target = target;
        this.channel = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        this.mostBytes = mostBytes;
    }

    /** Bytes of the whole file that are written. */
    long position() {
        return position;
    }

    /** Takes the body's pieces; what the file holds beyond {@code start} is dropped. */
    Consumer<Optional<byte[]>> from(long start) {
        try {
            channel.truncate(start);
        } catch (IOException e) {
            throw HubCache.unusable(target, e);
        }
        position = start;
        return piece -> piece.ifPresent(this::write);
    }

    private void write(byte[] piece) {
        long start = position;
        if (piece.length > mostBytes - start) {
            throw new HubException(
                    Reason.BROKEN, "the hub sent more than the %d bytes that it announced".formatted(mostBytes));
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(piece);
            while (bytes.hasRemaining()) {
                channel.write(bytes, start + bytes.position());
            }
        } catch (IOException e) {
            throw HubCache.unusable(target, e);
        }
        position = start + piece.length;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
