package dev.molink.stagenode.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a counter journal: {@code counters-000001.journal} and so on. When one has grown to its size the next is
 * begun, which opens with what everything before still means; of the files only the newest are kept.
 */
final class CounterSegments implements CounterLog {

    static final long SEGMENT_BYTES = 4 << 20;
    static final int KEPT_SEGMENTS = 8;

    private static final Pattern NAME = Pattern.compile("counters-(\\d{6,9})\\.journal");
    private static final Logger log = LoggerFactory.getLogger(CounterSegments.class);

    private final Path folder;
    private final long segmentBytes;
    private JournalFile current;
    private int number;

    /** Of the current file: the state that it begins with does not count. */
    private long beginBytes;

    private CounterSegments(Path folder, long segmentBytes, JournalFile current, int number) {
        this.folder = folder;
        this.segmentBytes = segmentBytes;
        this.current = current;
        this.number = number;
    }

    /** @throws IOException if the files cannot be read or written; the message names the file */
    static CounterSegments open(Path folder, long segmentBytes) throws IOException {
        List<Path> segments = in(folder);
        int newest = segments.isEmpty() ? 1 : numberOf(segments.getLast());
        JournalFile.Opened opened = JournalFile.open(path(folder, newest), JournalFormat.COUNTERS);
        return new CounterSegments(folder, segmentBytes, opened.file(), newest);
    }

    /** The files of the journal, oldest first; none where there is no such folder. */
    static List<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.comparingInt(CounterSegments::numberOf))
                    .toList();
        }
    }

    /** Copies of files in which damage was found. */
    static List<Path> damagedCopies(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().contains(".journal.damaged"))
                    .sorted()
                    .toList();
        }
    }

    private static int numberOf(Path segment) {
        return Integer.parseInt(segment.getFileName().toString().replaceFirst(NAME.pattern(), "$1"));
    }

    private static Path path(Path folder, int number) {
        return folder.resolve("counters-%06d.journal".formatted(number));
    }

    @Override
    public void append(List<CounterRecord> records, Supplier<CounterRecord.Opening> state) throws IOException {
        if (current.length() - beginBytes >= segmentBytes) {
            beginNext(state.get());
        }
        current.append(records.stream().map(CounterRecord::entry).toList());
    }

    /** A kill between the file and its first record loses nothing: the files before are still there. */
    private void beginNext(CounterRecord.Opening state) throws IOException {
        JournalFile next = JournalFile.open(path(folder, number + 1), JournalFormat.COUNTERS)
                .file();
        try {
            next.append(List.of(state.entry()));
        } catch (IOException e) {
            next.close();
            throw e;
        }
        current.close();
        current = next;
        beginBytes = next.length();
        number++;
        List<Path> segments = in(folder);
        for (Path old : segments.subList(0, Math.max(0, segments.size() - KEPT_SEGMENTS))) {
            Files.deleteIfExists(old);
            log.info("{} was removed: {} files of counters are kept", old, KEPT_SEGMENTS);
        }
    }

    @Override
    public void close() throws IOException {
        current.close();
    }
}
