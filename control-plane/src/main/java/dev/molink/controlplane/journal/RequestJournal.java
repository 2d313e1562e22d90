package dev.molink.controlplane.journal;

import dev.molink.controlplane.faults.FailPoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which requests are under way, so that a gateway that was killed knows after its restart which of them nobody has recorded.
 * A begin is written before the request leaves for its head, an end once its record is durable. Both survive a kill of the
 * process at once, and the end of the machine after at most the time between two calls of {@link #force}; a request whose
 * begin is lost with the machine is still recorded by its head's report.
 *
 * <p>Safe for any number of threads: every method holds this object's lock, but none while the disk is forced.
 */
public final class RequestJournal implements AutoCloseable {

    static final long FILE_BYTES = 16 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(RequestJournal.class);
    private static final byte BEGIN = 'B';
    private static final byte END = 'E';

    private final Path path;
    private final long fileBytes;
    private final JsonMapper mapper = JsonMapper.shared();
    /** Begins without an end, as they stand in the file. */
    private final Map<String, byte[]> open = new LinkedHashMap<>();

    private final List<OpenRequest> left;
    private @Nullable JournalFile file;
    private boolean dirty;

    private RequestJournal(Path path, long fileBytes) throws IOException {
        this.path = path;
        this.fileBytes = fileBytes;
        if (Files.exists(path)) {
            read();
        }
        this.left = open.values().stream().map(this::begun).toList();
        this.file = JournalFile.replace(path, open.values());
    }

    /** @throws IOException if the file cannot be read or written, or is no journal; the message names it */
    static RequestJournal open(Path path, long fileBytes) throws IOException {
        return new RequestJournal(path, fileBytes);
    }

    private void read() throws IOException {
        JournalContent content = JournalContent.read(path);
        content.damages().forEach(LOG::error);
        if (!content.damages().isEmpty()) {
            Files.copy(path, JournalContent.damagedName(path));
        }
        for (byte[] record : content.records()) {
            String id = idOf(record);
            if (record[0] == BEGIN) {
                open.put(id, record);
            } else {
                open.remove(id);
            }
        }
    }

    private String idOf(byte[] record) throws IOException {
        return switch (record[0]) {
            case BEGIN -> begun(record).requestId();
            case END -> new String(record, 1, record.length - 1, StandardCharsets.UTF_8);
            default ->
                throw new IOException(
                        "%s holds a record of kind %d of a later version; start that one".formatted(path, record[0]));
        };
    }

    private OpenRequest begun(byte[] record) {
        try {
            return mapper.readValue(record, 1, record.length - 1, OpenRequest.class);
        } catch (JacksonException garbled) {
            throw new IllegalStateException("%s holds a begin that is no request".formatted(path), garbled);
        }
    }

    /** Requests that were under way when an earlier process on this folder ended, oldest first. */
    public List<OpenRequest> left() {
        return left;
    }

    /** Requests that are under way, those of an earlier process included. */
    public synchronized int underWay() {
        return open.size();
    }

    /** @throws IOException when it could not be written; then the request must not be sent */
    public void begin(OpenRequest request) throws IOException {
        byte[] record = record(BEGIN, mapper.writeValueAsBytes(request));
        FailPoint.pass("request-journal.before-begin");
        synchronized (this) {
            append(record);
            open.put(request.requestId(), record);
        }
        FailPoint.pass("request-journal.after-begin");
    }

    /** Notes that the request is recorded. Where that fails, it is recorded again after a restart, which changes nothing. */
    public void end(String requestId) {
        FailPoint.pass("request-journal.before-end");
        synchronized (this) {
            if (open.remove(requestId) == null) {
                return;
            }
            try {
                append(record(END, requestId.getBytes(StandardCharsets.UTF_8)));
            } catch (IOException full) {
                LOG.debug("the end of request {} was not noted: {}", requestId, full.getMessage());
            }
        }
        FailPoint.pass("request-journal.after-end");
    }

    private void append(byte[] record) throws IOException {
        JournalFile current = file;
        if (current == null) {
            throw new IOException("%s is closed".formatted(path));
        }
        if (current.length() >= fileBytes) {
            current = replace(current);
        }
        current.append(List.of(record));
        dirty = true;
    }

    /** A new file with what is still open takes the place of the old one. */
    private JournalFile replace(JournalFile old) throws IOException {
        JournalFile fresh = JournalFile.replace(path, new ArrayList<>(open.values()));
        file = fresh;
        old.close();
        return fresh;
    }

    /** Brings what was written to the disk, if anything was; called by a clock. */
    void force() {
        JournalFile current;
        synchronized (this) {
            if (!dirty || file == null) {
                return;
            }
            dirty = false;
            current = file;
        }
        try {
            current.force();
        } catch (IOException failed) {
            LOG.debug("{} was not forced to the disk: {}", path, failed.getMessage());
        }
    }

    private static byte[] record(byte kind, byte[] body) {
        byte[] record = new byte[1 + body.length];
        record[0] = kind;
        System.arraycopy(body, 0, record, 1, body.length);
        return record;
    }

    @Override
    public synchronized void close() throws IOException {
        JournalFile current = file;
        if (current != null) {
            file = null;
            current.force();
            current.close();
        }
    }
}
