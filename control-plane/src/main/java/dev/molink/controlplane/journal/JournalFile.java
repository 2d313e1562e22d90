package dev.molink.controlplane.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;

/**
 * A new journal file that is appended to. A failed write is cut away at once, so that a later record never stands behind a
 * torn one. Owned by one thread or guarded by its owner's lock; {@link #force} alone may run beside the rest.
 */
final class JournalFile implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;
    private long length;

    private JournalFile(Path path, FileChannel channel, long length) {
        this.path = path;
        this.channel = channel;
        this.length = length;
    }

    /** Makes the file, in place of one of this name. */
    static JournalFile create(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try {
            long end = write(channel, ByteBuffer.wrap(JournalContent.MAGIC), 0);
            channel.force(true);
            forceFolder(path);
            return new JournalFile(path, channel, end);
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    /** Makes the file with these records in one atomic step, in place of one of this name. */
    static JournalFile replace(Path path, Collection<byte[]> records) throws IOException {
        Path next = path.resolveSibling(path.getFileName() + ".new");
        JournalFile written = create(next);
        try {
            written.append(records);
            written.force();
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder(path);
            return new JournalFile(path, written.channel, written.length);
        } catch (IOException failed) {
            written.close();
            throw failed;
        }
    }

    Path path() {
        return path;
    }

    long length() {
        return length;
    }

    /** Writes all records, or throws and has written none. They survive the end of the process; see {@link #force}. */
    void append(Collection<byte[]> records) throws IOException {
        long end = length;
        try {
            for (ByteBuffer frame : frames(records)) {
                end = write(channel, frame, end);
            }
            length = end;
        } catch (IOException failed) {
            cutBackTo(length, failed);
            throw failed;
        }
    }

    /** One write for several records: a system call costs more than the copy. */
    private static List<ByteBuffer> frames(Collection<byte[]> records) {
        List<ByteBuffer> frames = records.stream().map(JournalFrame::encode).toList();
        if (frames.size() == 1) {
            return frames;
        }
        ByteBuffer joined = ByteBuffer.allocate(
                frames.stream().mapToInt(ByteBuffer::remaining).sum());
        frames.forEach(joined::put);
        return List.of(joined.flip());
    }

    /** Returns when what was appended is on the disk, where it survives the end of the machine as well. */
    void force() throws IOException {
        channel.force(false);
    }

    /** Takes the newest records away again, down to {@code good} bytes. */
    void cutBackTo(long good, IOException cause) {
        try {
            channel.truncate(good);
            length = good;
        } catch (IOException failed) {
            cause.addSuppressed(failed);
        }
    }

    private static long write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long end = position;
        while (bytes.hasRemaining()) {
            end += channel.write(bytes, end);
        }
        return end;
    }

    /** A new name is durable only when its folder is; Windows cannot open folders and needs it not. */
    static void forceFolder(Path path) throws IOException {
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
