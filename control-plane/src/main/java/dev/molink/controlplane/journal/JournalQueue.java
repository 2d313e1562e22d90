package dev.molink.controlplane.journal;

import dev.molink.controlplane.faults.FailPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that wait on the disk, first in, first out: {@code usage-000001.journal} and so on. A file is deleted once all its
 * records were taken, so after a kill in the middle of a file its first records come again; whoever takes them knows them by
 * their ids. Files of an earlier process are read, never appended to. In memory is at most one file's content.
 *
 * <p>Owned by one thread; only {@link #bytes}, {@link #waiting}, {@link #damaged} and {@link #files} may be asked by others.
 */
public final class JournalQueue implements AutoCloseable {

    static final long FILE_BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(JournalQueue.class);

    private final Path folder;
    private final String name;
    private final long fileBytes;
    private final Pattern names;
    /** Oldest first; the last one is {@link #written} while that is open. */
    private final Deque<Path> queue = new ArrayDeque<>();
    /** What is left of the oldest file's records; only files that are closed for writing are read. */
    private final Deque<byte[]> read = new ArrayDeque<>();

    private boolean reading;
    private boolean readDamaged;
    private @Nullable JournalFile written;
    private volatile boolean closed;
    private int number;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong damaged = new AtomicLong();

    private JournalQueue(Path folder, String name, long fileBytes) {
        this.folder = folder;
        this.name = name;
        this.fileBytes = fileBytes;
        this.names = Pattern.compile(Pattern.quote(name) + "-(\\d{6,9})\\.journal");
    }

    /**
     * Opens what an earlier process left.
     *
     * @throws IOException if a file cannot be read or is no journal; the message names it
     */
    static JournalQueue open(Path folder, String name, long fileBytes) throws IOException {
        JournalQueue queue = new JournalQueue(folder, name, fileBytes);
        for (Path file : queue.found()) {
            JournalContent content = JournalContent.read(file);
            queue.tell(file, content);
            queue.number = queue.numberOf(file);
            queue.keep(file, content);
        }
        queue.measure();
        return queue;
    }

    private void keep(Path file, JournalContent content) throws IOException {
        if (content.records().isEmpty() && content.damages().isEmpty()) {
            Files.delete(file);
            return;
        }
        queue.add(file);
        waiting.addAndGet(content.records().size());
        damaged.addAndGet(content.damages().size());
    }

    /** Where its records lie, as a pattern for operators. */
    public String files() {
        return folder.resolve(name + "-*.journal").toString();
    }

    public boolean isEmpty() {
        return waiting.get() == 0;
    }

    /** Bytes of all files. */
    public long bytes() {
        return bytes.get();
    }

    /** Records that wait. */
    public long waiting() {
        return waiting.get();
    }

    /** Damaged places that were found since the start; what they recorded is lost. */
    public long damaged() {
        return damaged.get();
    }

    /** Writes all records and returns when they are on the disk, or throws and none of them counts. */
    public void append(Collection<byte[]> records) throws IOException {
        JournalFile file = current();
        long before = file.length();
        FailPoint.pass("journal.before-append");
        try {
            file.append(records);
            file.force();
        } catch (IOException failed) {
            file.cutBackTo(before, failed);
            finishWriting();
            throw failed;
        } finally {
            measure();
        }
        FailPoint.pass("journal.after-append");
        waiting.addAndGet(records.size());
    }

    private JournalFile current() throws IOException {
        if (closed) {
            throw new IOException("the journal %s in %s is closed".formatted(name, folder));
        }
        JournalFile open = written;
        if (open != null && open.length() < fileBytes) {
            return open;
        }
        finishWriting();
        Path next = folder.resolve("%s-%06d.journal".formatted(name, number + 1));
        JournalFile created = JournalFile.create(next);
        number++;
        queue.add(next);
        written = created;
        return created;
    }

    private void finishWriting() throws IOException {
        JournalFile open = written;
        if (open != null) {
            written = null;
            open.close();
        }
    }

    /** The oldest records, at most {@code limit}, none when none waits. They stay until {@link #remove}. */
    public List<byte[]> peek(int limit) throws IOException {
        while (read.isEmpty() && !queue.isEmpty()) {
            if (reading) {
                forgetOldest();
            } else {
                load();
            }
        }
        return read.stream().limit(limit).toList();
    }

    private void load() throws IOException {
        Path oldest = queue.getFirst();
        JournalFile open = written;
        if (open != null && open.path().equals(oldest)) {
            finishWriting();
        }
        JournalContent content = JournalContent.read(oldest);
        read.addAll(content.records());
        reading = true;
        readDamaged = !content.damages().isEmpty();
    }

    /** Forgets the {@code count} oldest records, which are safe elsewhere now. */
    public void remove(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            read.removeFirst();
        }
        waiting.addAndGet(-count);
        if (read.isEmpty() && reading) {
            forgetOldest();
        }
    }

    /** A file that had damage is kept under another name, for whoever wants to look. */
    private void forgetOldest() throws IOException {
        Path oldest = queue.getFirst();
        FailPoint.pass("journal.before-delete");
        if (readDamaged) {
            Files.move(oldest, JournalContent.damagedName(oldest));
        } else {
            Files.deleteIfExists(oldest);
        }
        FailPoint.pass("journal.after-delete");
        queue.removeFirst();
        reading = false;
        if (queue.isEmpty()) {
            waiting.set(0);
        }
        measure();
    }

    private void tell(Path file, JournalContent content) {
        content.damages().forEach(LOG::error);
        if (content.tornBytes() > 0) {
            LOG.warn(
                    "{}: left out a torn end of {} bytes behind {} records",
                    file,
                    content.tornBytes(),
                    content.records().size());
        }
    }

    private void measure() {
        long sum = 0;
        for (Path file : queue) {
            JournalFile open = written;
            sum += open != null && open.path().equals(file)
                    ? open.length()
                    : file.toFile().length();
        }
        bytes.set(sum);
    }

    private List<Path> found() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> found = new ArrayList<>(all.filter(
                            file -> names.matcher(file.getFileName().toString()).matches())
                    .toList());
            found.sort(Comparator.comparingInt(this::numberOf));
            return found;
        }
    }

    private int numberOf(Path file) {
        Matcher matcher = names.matcher(file.getFileName().toString());
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        finishWriting();
    }
}
