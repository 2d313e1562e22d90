package dev.molink.bench.links;

import dev.molink.bench.fleet.Arrival;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads requests with the columns of the Azure LLM inference traces (Patel et al., "Splitwise", ISCA 2024). */
public final class TraceFile {

    static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";

    private static final int MAX_TOKENS = 10_000_000;
    private static final int SHOWN_CHARACTERS = 80;
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private final Path file;
    private final List<Arrival> arrivals = new ArrayList<>();
    private @Nullable LocalDateTime first;
    private int line;

    private TraceFile(Path file) {
        this.file = file;
    }

    /**
     * All requests of a file, the first at 0. The header line may be missing; empty lines are skipped.
     *
     * @throws TraceException that names the line which is none of a trace
     */
    public static List<Arrival> read(Path file) throws IOException {
        TraceFile trace = new TraceFile(file);
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                trace.add(text);
            }
        } catch (MalformedInputException e) {
            throw new TraceException("%s is no text in UTF-8".formatted(file));
        }
        if (trace.arrivals.isEmpty()) {
            throw new TraceException("%s holds no request; lines of %s are expected".formatted(file, HEADER));
        }
        return List.copyOf(trace.arrivals);
    }

    private void add(String text) {
        line++;
        boolean header = line == 1 && text.strip().equals(HEADER);
        if (header || text.isBlank()) {
            return;
        }
        String[] cells = text.split(",", -1);
        if (cells.length != 3) {
            throw refused(text, "has %d columns".formatted(cells.length));
        }
        LocalDateTime time = time(text, cells[0].strip());
        if (first == null) {
            first = time;
        }
        long nanos = Duration.between(first, time).toNanos();
        if (nanos < 0 || (!arrivals.isEmpty() && nanos < arrivals.getLast().nanos())) {
            throw refused(text, "lies before the line above it");
        }
        arrivals.add(new Arrival(nanos, tokens(text, cells[1].strip()), tokens(text, cells[2].strip())));
    }

    private LocalDateTime time(String text, String cell) {
        try {
            return LocalDateTime.parse(cell, TIMESTAMP);
        } catch (DateTimeParseException e) {
            throw refused(text, "has no time such as 2023-11-16 18:17:03.9799600");
        }
    }

    private int tokens(String text, String cell) {
        boolean number = cell.matches("[0-9]{1,8}");
        if (!number || Integer.parseInt(cell) < 1 || Integer.parseInt(cell) > MAX_TOKENS) {
            throw refused(text, "has '%s' tokens; 1 to %d are allowed".formatted(shown(cell), MAX_TOKENS));
        }
        return Integer.parseInt(cell);
    }

    private TraceException refused(String text, String why) {
        return new TraceException(
                "%s, line %d '%s' %s; %s is expected".formatted(file, line, shown(text), why, HEADER));
    }

    private static String shown(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
