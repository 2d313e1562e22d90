package dev.molink.stagenode.pipeline;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Memory of the machine, or of the container that the process runs in.
 *
 * @param availableBytes free, or given back by the file cache when it is asked for
 */
record MachineMemory(long totalBytes, long availableBytes) {

    private static final Path MEMINFO = Path.of("/proc/meminfo");

    static MachineMemory now() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long total = system.getTotalMemorySize();
        long free = system.getFreeMemorySize();
        return new MachineMemory(
                total, Math.max(free, Math.min(total, ofMeminfo().orElse(0))));
    }

    /** @throws IllegalArgumentException if {@code what} takes more than is available */
    void requireRoom(String what, long bytes) {
        if (bytes > availableBytes) {
            throw new IllegalArgumentException(
                    "%s take %d MiB of memory, this machine has %d MiB available; give this stage fewer layers"
                            .formatted(what, bytes >> 20, availableBytes >> 20));
        }
    }

    /** Linux counts what the file cache would give back; of a container with a limit it says nothing. */
    private static OptionalLong ofMeminfo() {
        try {
            return inMeminfo(Files.readString(MEMINFO));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    static OptionalLong inMeminfo(String meminfo) {
        return meminfo.lines()
                .filter(line -> line.startsWith("MemAvailable:"))
                .map(line -> line.replaceAll("\\D", ""))
                .filter(digits -> !digits.isEmpty())
                .mapToLong(kibibytes -> Long.parseLong(kibibytes) * 1024)
                .findFirst();
    }
}
