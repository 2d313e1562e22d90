package dev.molink.controlplane.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What stands in a journal file. Every whole record is read. Bytes between two whole records that are none are damage: what
 * they recorded is lost and has to be told; bytes behind the last whole record are the torn end of a write that a kill cut
 * off, which nobody was told to be durable.
 *
 * @param damages one sentence per damaged place, in the order of the places
 * @param tornBytes length of the torn end
 */
record JournalContent(List<byte[]> records, List<String> damages, long tornBytes) {

    /** What every file begins with. */
    static final byte[] MAGIC = "MLGWJNL1".getBytes(StandardCharsets.US_ASCII);

    /** @throws IOException if the file cannot be read or is another one; the message names it */
    static JournalContent read(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        byte[] magic = Arrays.copyOf(bytes, Math.min(MAGIC.length, bytes.length));
        // A kill during the very first write leaves a part of the magic number and nothing else.
        if (!Arrays.equals(magic, Arrays.copyOf(MAGIC, magic.length))) {
            throw new IOException("%s is no journal of this program; move it away".formatted(path));
        }
        return scan(path, ByteBuffer.wrap(bytes).position(magic.length));
    }

    /** Where a file that had damage is kept for whoever wants to look: a name beside it that is free. */
    static Path damagedName(Path file) {
        Path copy = file.resolveSibling(file.getFileName() + ".damaged");
        for (int next = 2; Files.exists(copy); next++) {
            copy = file.resolveSibling(file.getFileName() + ".damaged-" + next);
        }
        return copy;
    }

    private static JournalContent scan(Path path, ByteBuffer content) {
        List<byte[]> records = new ArrayList<>();
        List<String> damages = new ArrayList<>();
        while (content.hasRemaining()) {
            int at = content.position();
            byte[] next = JournalFrame.decode(content);
            if (next != null) {
                records.add(next);
                continue;
            }
            int whole = JournalFrame.find(content, at + 1);
            if (whole < 0) {
                return new JournalContent(records, damages, content.remaining());
            }
            damages.add("%s: %d bytes at offset %d are damaged; what they recorded is lost"
                    .formatted(path, whole - at, at));
            content.position(whole);
        }
        return new JournalContent(records, damages, 0);
    }
}
