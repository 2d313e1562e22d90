package dev.molink.stagenode.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only file of {@link JournalRecord}s behind a magic number. What a kill tore off at the end is cut away when
 * the file is opened; a failed write is cut away at once, so that a later record never stands behind a torn one. Owned
 * by one thread.
 */
final class JournalFile implements AutoCloseable {

    static final byte[] MAGIC = "MLKJRNL1".getBytes(StandardCharsets.US_ASCII);

    private static final Logger log = LoggerFactory.getLogger(JournalFile.class);

    private final Path path;
    private FileChannel channel;
    private long length;

    private JournalFile(Path path, FileChannel channel, long length) {
        this.path = path;
        this.channel = channel;
        this.length = length;
    }

    /** An opened file and the records that it held. */
    record Opened(JournalFile file, List<JournalRecord> records) {}

    static Opened open(Path path) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return recover(path, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static Opened recover(Path path, FileChannel channel) throws IOException {
        ByteBuffer content = readAll(path, channel);
        byte[] magic = new byte[Math.min(MAGIC.length, content.remaining())];
        content.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            // A kill during the very first write leaves a part of the magic number and nothing else.
            if (!Arrays.equals(magic, Arrays.copyOf(MAGIC, magic.length))) {
                throw new IOException("%s is not a report journal of this program; move it away".formatted(path));
            }
            return new Opened(begin(path, channel), List.of());
        }
        List<JournalRecord> records = new ArrayList<>();
        for (JournalRecord next = JournalRecord.decode(content); next != null; next = JournalRecord.decode(content)) {
            records.add(next);
        }
        if (content.hasRemaining()) {
            log.warn("{}: cut a torn end of {} bytes off behind {} records", path, content.remaining(), records.size());
            channel.truncate(content.position());
        }
        return new Opened(new JournalFile(path, channel, content.position()), records);
    }

    private static ByteBuffer readAll(Path path, FileChannel channel) throws IOException {
        if (channel.size() > Integer.MAX_VALUE) {
            throw new IOException(
                    "%s has %d bytes; a report journal stays far below 2 GiB".formatted(path, channel.size()));
        }
        ByteBuffer content = ByteBuffer.allocate((int) channel.size());
        int read;
        do {
            read = channel.read(content, content.position());
        } while (read > 0);
        return content.flip();
    }

    private static JournalFile begin(Path path, FileChannel channel) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(MAGIC), 0);
        channel.force(true);
        forceFolder(path);
        return new JournalFile(path, channel, MAGIC.length);
    }

    long length() {
        return length;
    }

    /** Writes all records and returns when they are on the disk, or throws and has written none. */
    void append(Collection<JournalRecord> records) throws IOException {
        long end = length;
        try {
            for (JournalRecord next : records) {
                end = write(channel, next.encode(), end);
            }
            channel.force(false);
            length = end;
        } catch (IOException e) {
            cutBackTo(length, e);
            throw e;
        }
    }

    private void cutBackTo(long good, IOException cause) {
        try {
            channel.truncate(good);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Replaces the whole content atomically. */
    void rewrite(Collection<JournalRecord> records) throws IOException {
        Path next = path.resolveSibling(path.getFileName() + ".new");
        FileChannel written = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        long end = write(written, ByteBuffer.wrap(MAGIC), 0);
        for (JournalRecord each : records) {
            end = write(written, each.encode(), end);
        }
        written.force(true);
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder(path);
        channel.close();
        channel = written;
        length = end;
    }

    private static long write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long end = position;
        while (bytes.hasRemaining()) {
            end += channel.write(bytes, end);
        }
        return end;
    }

    /** A new name is durable only when its folder is; Windows cannot open folders and needs it not. */
    private static void forceFolder(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null
                && folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
                opened.force(true);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
