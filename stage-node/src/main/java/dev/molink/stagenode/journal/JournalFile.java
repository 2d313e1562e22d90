package dev.molink.stagenode.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only file of {@link JournalEntry}s behind a magic number. What a kill tore off at the end is cut away when the
 * file is opened; a failed write is cut away at once, so that a later record never stands behind a torn one. Where bytes
 * in the middle are damaged, a copy of the file is kept, the whole records go on in a new one, and the log says what was
 * lost where. Owned by one thread.
 */
final class JournalFile implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JournalFile.class);

    private final Path path;
    private final JournalFormat format;
    private FileChannel channel;
    private long length;

    private JournalFile(Path path, JournalFormat format, FileChannel channel, long length) {
        this.path = path;
        this.format = format;
        this.channel = channel;
        this.length = length;
    }

    /** An opened file and the records that it held. */
    record Opened(JournalFile file, List<JournalEntry> entries) {}

    /** @throws IOException if the file cannot be read or written, or is another one; the message names it */
    static Opened open(Path path, JournalFormat format) throws IOException {
        FileChannel channel;
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    "cannot open the %s %s for writing (%s); give --data a folder that can be written to"
                            .formatted(format.title(), path, e),
                    e);
        }
        try {
            return recover(path, format, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static Opened recover(Path path, JournalFormat format, FileChannel channel) throws IOException {
        JournalContent content = JournalContent.read(path, channel, format);
        if (content.wholeBytes() < JournalFormat.MAGIC_BYTES) {
            return new Opened(begin(path, format, channel), List.of());
        }
        if (content.tornBytes() > 0) {
            log.warn(
                    "{}: cut a torn end of {} bytes off behind {} records",
                    path,
                    content.tornBytes(),
                    content.entries().size());
            channel.truncate(content.wholeBytes());
        }
        JournalFile file = new JournalFile(path, format, channel, content.wholeBytes());
        if (!content.damages().isEmpty()) {
            file.leaveOut(content);
        }
        return new Opened(file, content.entries());
    }

    private void leaveOut(JournalContent content) throws IOException {
        Path copy = path.resolveSibling(path.getFileName() + ".damaged");
        for (int number = 2; Files.exists(copy); number++) {
            copy = path.resolveSibling(path.getFileName() + ".damaged-" + number);
        }
        Files.copy(path, copy);
        for (JournalContent.Damage damage : content.damages()) {
            log.error("{}; {} holds the damaged file", damage, copy);
        }
        rewrite(content.entries());
    }

    private static JournalFile begin(Path path, JournalFormat format, FileChannel channel) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(format.magic()), 0);
        channel.force(true);
        forceFolder(path);
        return new JournalFile(path, format, channel, JournalFormat.MAGIC_BYTES);
    }

    long length() {
        return length;
    }

    /** Writes all records and returns when they are on the disk, or throws and has written none. */
    void append(Collection<JournalEntry> records) throws IOException {
        long end = length;
        try {
            for (JournalEntry next : records) {
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
    void rewrite(Collection<JournalEntry> records) throws IOException {
        Path next = path.resolveSibling(path.getFileName() + ".new");
        FileChannel written = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        long end = write(written, ByteBuffer.wrap(format.magic()), 0);
        for (JournalEntry each : records) {
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
