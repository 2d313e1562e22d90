package dev.molink.controlplane.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The file of the peppers: one {@code id hex} a line, the last for new keys, readable by its owner only. */
final class PepperFile {

    private static final int SECRET_BYTES = 32;
    private static final int ID_BYTES = 4;
    private static final Pattern LINE = Pattern.compile("([a-z0-9]{1,32})\\s+([0-9a-f]{64})");

    private final Path file;

    PepperFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /** The secrets in hexadecimal digits by id, in the file's order. */
    Map<String, String> read() throws IOException {
        Map<String, String> secrets = new LinkedHashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank()) {
                add(line.strip(), number, secrets);
            }
        }
        if (secrets.isEmpty()) {
            throw new IOException("%s holds no pepper; it needs a line with an id and 64 hex digits".formatted(file));
        }
        return secrets;
    }

    /** Writes the file with a new pepper, unless there is one. */
    void createIfMissing(RandomGenerator random) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Files.createDirectories(file.getParent());
        try {
            write(file, Map.of(newId(random), newSecret(random)));
        } catch (FileAlreadyExistsException another) {
            // a process that started at the same time wrote it
        }
    }

    /** Replaces the file as a whole: whoever reads it sees the old or the new one. */
    void replace(Map<String, String> secrets) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        write(next, secrets);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static String newId(RandomGenerator random) {
        return hex(ID_BYTES, random);
    }

    static String newSecret(RandomGenerator random) {
        return hex(SECRET_BYTES, random);
    }

    private void add(String line, int number, Map<String, String> secrets) throws IOException {
        Matcher pepper = LINE.matcher(line);
        if (!pepper.matches()) {
            throw new IOException(
                    "%s, line %d: a pepper is an id of 1 to 32 lower-case letters and digits and 64 hex digits"
                            .formatted(file, number));
        }
        if (secrets.putIfAbsent(pepper.group(1), pepper.group(2)) != null) {
            throw new IOException("%s, line %d: the pepper '%s' is there already; each has an id and 64 hex digits"
                    .formatted(file, number, pepper.group(1)));
        }
    }

    private static void write(Path file, Map<String, String> secrets) throws IOException {
        boolean posix = Files.getFileStore(file.getParent()).supportsFileAttributeView("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        String lines = secrets.entrySet().stream()
                .map(pepper -> "%s %s%n".formatted(pepper.getKey(), pepper.getValue()))
                .collect(Collectors.joining());
        try (var channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
            channel.write(StandardCharsets.US_ASCII.encode(lines));
        }
    }

    private static String hex(int bytes, RandomGenerator random) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
