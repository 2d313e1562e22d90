package dev.molink.stagenode.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a counter journal: {@code counters-000001.journal} and so on. When one has grown to its size the next is
 * begun, which opens with the totals of everything before; of the files only the newest are kept.
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
    private RequestCounts totals;

    private CounterSegments(Path folder, long segmentBytes, JournalFile current, int number, RequestCounts totals) {
        this.folder = folder;
        this.segmentBytes = segmentBytes;
        this.current = current;
        this.number = number;
        this.totals = totals;
    }

    /** @throws IOException if the files cannot be read or written; the message names the file */
    static CounterSegments open(Path folder, long segmentBytes) throws IOException {
        List<Path> segments = in(folder);
        int newest = segments.isEmpty() ? 1 : numberOf(segments.getLast());
        JournalFile.Opened opened = JournalFile.open(path(folder, newest), JournalFormat.COUNTERS);
        try {
            RequestCounts totals = CounterHistory.read(folder).totals();
            return new CounterSegments(folder, segmentBytes, opened.file(), newest, totals);
        } catch (IOException e) {
            opened.file().close();
            throw e;
        }
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
    public void append(Collection<RequestCounts> counts) throws IOException {
        if (current.length() >= segmentBytes) {
            beginNext();
        }
        List<JournalEntry> entries = new ArrayList<>();
        RequestCounts sum = totals;
        for (RequestCounts each : counts) {
            entries.add(new CounterRecord.Counted(each).entry());
            sum = sum.plus(each);
        }
        current.append(entries);
        totals = sum;
    }

    /** A kill between the file and its totals loses nothing: the sum goes on from the file before. */
    private void beginNext() throws IOException {
        JournalFile next = JournalFile.open(path(folder, number + 1), JournalFormat.COUNTERS)
                .file();
        try {
            next.append(List.of(new CounterRecord.Totals(totals).entry()));
        } catch (IOException e) {
            next.close();
            throw e;
        }
        current.close();
        current = next;
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
