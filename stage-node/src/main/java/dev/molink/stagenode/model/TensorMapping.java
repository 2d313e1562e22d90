package dev.molink.stagenode.model;

import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.TensorHeader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Maps the byte ranges of tensors, and nothing of the files besides. Neighbours share one mapping. */
final class TensorMapping implements AutoCloseable {

    /** A gap below a page costs no memory: its bytes lie in pages that are mapped anyway. */
    private static final long PAGE_BYTES = 4096;

    private final Arena arena = Arena.ofShared();
    private final Map<TensorHeader, MemorySegment> segments = new HashMap<>();
    private long mappedBytes;

    private TensorMapping() {}

    static TensorMapping of(Collection<TensorHeader> tensors) {
        TensorMapping mapping = new TensorMapping();
        try {
            tensors.stream().collect(Collectors.groupingBy(TensorHeader::file)).forEach(mapping::mapFile);
        } catch (ModelFileException e) {
            mapping.close();
            throw e;
        }
        return mapping;
    }

    MemorySegment segment(TensorHeader tensor) {
        MemorySegment segment = segments.get(tensor);
        if (segment == null) {
            throw new IllegalArgumentException("tensor %s was not mapped".formatted(tensor.name()));
        }
        return segment;
    }

    long mappedBytes() {
        return mappedBytes;
    }

    @Override
    public void close() {
        arena.close();
    }

    private void mapFile(Path file, List<TensorHeader> tensors) {
        List<TensorHeader> sorted = tensors.stream()
                .sorted(Comparator.comparingLong(TensorHeader::offset))
                .toList();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            List<TensorHeader> run = new ArrayList<>();
            for (TensorHeader tensor : sorted) {
                if (!run.isEmpty() && tensor.offset() - end(run.getLast()) >= PAGE_BYTES) {
                    mapRun(channel, run);
                    run.clear();
                }
                run.add(tensor);
            }
            mapRun(channel, run);
        } catch (IOException e) {
            throw ModelFileException.unreadable(file, e);
        }
    }

    private void mapRun(FileChannel channel, List<TensorHeader> run) throws IOException {
        TensorHeader first = run.getFirst();
        long end = end(run.getLast());
        if (end > channel.size()) {
            throw new ModelFileException(
                    first.file(),
                    "became shorter while it was read: %d bytes, %d are needed".formatted(channel.size(), end));
        }
        MemorySegment mapped = channel.map(MapMode.READ_ONLY, first.offset(), end - first.offset(), arena);
        mappedBytes += mapped.byteSize();
        for (TensorHeader tensor : run) {
            segments.put(tensor, mapped.asSlice(tensor.offset() - first.offset(), tensor.byteSize()));
        }
    }

    private static long end(TensorHeader tensor) {
        return tensor.offset() + tensor.byteSize();
    }
}
