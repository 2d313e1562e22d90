package dev.molink.stagenode.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What stands in a journal file. Every whole record is read. Bytes between two whole records that are none are damage:
 * what they recorded is lost and has to be told; bytes behind the last whole record are the torn end of a write that a
 * kill cut off.
 *
 * @param damages in the order of their places
 * @param wholeBytes length of the file without its torn end; less than the magic number of a file that was just begun
 * @param tornBytes length of the torn end
 */
record JournalContent(List<JournalEntry> entries, List<Damage> damages, long wholeBytes, long tornBytes) {

    /** Bytes that were whole records once. */
    record Damage(Path file, long offset, long bytes) {

        @Override
        public String toString() {
            return "%s: %d bytes at offset %d are damaged; what they recorded is lost".formatted(file, bytes, offset);
        }
    }

    /** @throws IOException if the file cannot be read or is another one; the message names it */
    static JournalContent read(Path path, JournalFormat format) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(path, channel, format);
        }
    }

    static JournalContent read(Path path, FileChannel channel, JournalFormat format) throws IOException {
        ByteBuffer content = readAll(path, channel, format);
        byte[] magic = new byte[Math.min(JournalFormat.MAGIC_BYTES, content.remaining())];
        content.get(magic);
        // A kill during the very first write leaves a part of the magic number and nothing else.
        if (!Arrays.equals(magic, Arrays.copyOf(format.magic(), magic.length))) {
            throw new IOException("%s is not a %s of this program; move it away".formatted(path, format.title()));
        }
        return scan(path, content);
    }

    private static JournalContent scan(Path path, ByteBuffer content) {
        List<JournalEntry> entries = new ArrayList<>();
        List<Damage> damages = new ArrayList<>();
        while (content.hasRemaining()) {
            int at = content.position();
            JournalEntry next = JournalEntry.decode(content);
            if (next != null) {
                entries.add(next);
                continue;
            }
            int whole = JournalEntry.find(content, at + 1);
            if (whole < 0) {
                return new JournalContent(entries, damages, at, content.remaining());
            }
            damages.add(new Damage(path, at, whole - at));
            content.position(whole);
        }
        return new JournalContent(entries, damages, content.position(), 0);
    }

    private static ByteBuffer readAll(Path path, FileChannel channel, JournalFormat format) throws IOException {
        if (channel.size() > Integer.MAX_VALUE) {
            throw new IOException(
                    "%s has %d bytes; a %s stays far below 2 GiB".formatted(path, channel.size(), format.title()));
        }
        ByteBuffer content = ByteBuffer.allocate((int) channel.size());
        int read;
        do {
            read = channel.read(content, content.position());
        } while (read > 0);
        return content.flip();
    }
}
