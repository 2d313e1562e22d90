package dev.molink.cli.figures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Memory and processor time of a process, as Linux accounts them. */
final class ProcessFigures {

    /** Linux reports processor time in ticks of 10 ms on every architecture that a JDK runs on. */
    private static final Duration TICK = Duration.ofMillis(10);

    private static final int USER_TIME = 11; // fields behind the command's closing bracket
    private static final int SYSTEM_TIME = 12;

    private ProcessFigures() {}

    static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(file(pid, "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("process %d has no resident memory".formatted(pid));
    }

    /** Resident pages that belong to mapped files, such as weights; they can be dropped and read again. */
    static long residentFileBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(file(pid, "status"))) {
            if (line.startsWith("RssFile:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }

    static Duration processorTime(long pid) throws IOException {
        String stat = Files.readString(file(pid, "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return TICK.multipliedBy(Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]));
    }

    private static Path file(long pid, String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }
}
