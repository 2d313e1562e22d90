package dev.molink.controlplane.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalQueueTests {

    private static final int OPERATIONS = Boolean.getBoolean("molink.test.full") ? 20_000 : 2_000;
    private static final long SMALL = 400;

    @TempDir
    private Path folder;

    @Test
    void givesOutWhatWasPutInInOrderAndLeavesNoFile() throws IOException {
        try (JournalQueue queue = queue()) {
            queue.append(List.of(bytes("one"), bytes("two")));
            queue.append(List.of(bytes("three")));

            assertThat(texts(queue.peek(2))).containsExactly("one", "two");
            queue.remove(2);
            assertThat(texts(queue.peek(10))).containsExactly("three");
            queue.remove(1);

            assertThat(queue.isEmpty()).isTrue();
            assertThat(queue.bytes()).isZero();
            assertThat(files()).isEmpty();
        }
    }

    /** Against a plain queue: appends, removals and restarts in any order; a restart may bring back what was removed last. */
    @Test
    void behavesLikeAPlainQueue() throws IOException {
        long seed = Long.getLong("molink.test.seed", System.nanoTime());
        System.out.printf("JournalQueueTests: seed %d (-Dmolink.test.seed)%n", seed);
        Random random = new Random(seed);
        Deque<String> model = new ArrayDeque<>();
        JournalQueue queue = queue();
        int next = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3, 4 -> {
                    List<byte[]> records = new ArrayList<>();
                    for (int more = random.nextInt(4); more >= 0; more--) {
                        String text = "%d %s".formatted(next++, "x".repeat(random.nextInt(120)));
                        model.add(text);
                        records.add(bytes(text));
                    }
                    queue.append(records);
                }
                case 9 -> {
                    queue.close();
                    queue = queue();
                    forgetWhatCameAgain(queue, model);
                }
                default -> {
                    List<byte[]> oldest = queue.peek(1 + random.nextInt(6));
                    for (byte[] record : oldest) {
                        assertThat(new String(record, UTF_8)).isEqualTo(model.poll());
                    }
                    queue.remove(oldest.size());
                }
            }
            assertThat(queue.waiting())
                    .as("after operation %d of seed %d", i, seed)
                    .isEqualTo(model.size());
        }
        queue.close();
    }

    private static void forgetWhatCameAgain(JournalQueue queue, Deque<String> model) throws IOException {
        while (queue.waiting() > model.size()) {
            List<byte[]> again = queue.peek(1);
            assertThat(model).doesNotContain(new String(again.getFirst(), UTF_8));
            queue.remove(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 20})
    void aTornEndIsLeftOut(int torn) throws IOException {
        try (JournalQueue queue = queue()) {
            queue.append(List.of(bytes("whole")));
            queue.append(List.of(bytes("torn by the kill")));
        }
        Path file = onlyFile();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - torn);
        }

        try (JournalQueue queue = queue()) {
            queue.append(List.of(bytes("after the restart")));

            assertThat(texts(queue.peek(1))).containsExactly("whole");
            queue.remove(1);
            assertThat(texts(queue.peek(9))).containsExactly("after the restart");
            assertThat(queue.damaged()).isZero();
        }
    }

    @Test
    void aDamagedMiddleIsToldCountedAndKeptAndTheRestIsUsed() throws IOException {
        try (JournalQueue queue = queue()) {
            queue.append(List.of(bytes("first"), bytes("second"), bytes("third")));
        }
        Path file = onlyFile();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            int second = JournalContent.MAGIC.length + JournalFrame.PREFIX_BYTES + 5 + JournalFrame.PREFIX_BYTES;
            channel.write(ByteBuffer.wrap(bytes("?")), second + 2);
        }

        try (JournalQueue queue = queue()) {
            assertThat(queue.damaged()).isEqualTo(1);
            assertThat(texts(queue.peek(9))).containsExactly("first", "third");
            queue.remove(2);
        }

        assertThat(files()).singleElement().asString().endsWith(".damaged");
    }

    /** Whatever single byte a disk changes, every other record comes out and no false one does. */
    @Test
    void anyChangedByteCostsOneRecordAtMost() throws IOException {
        long seed = Long.getLong("molink.test.seed", System.nanoTime());
        System.out.printf("JournalQueueTests: seed %d (-Dmolink.test.seed)%n", seed);
        Random random = new Random(seed);
        List<String> all =
                Stream.iterate(0, i -> i + 1).limit(8).map(i -> "record " + i).toList();
        Path file = folder.resolve("usage-000001.journal");
        JournalFile.create(file).close();
        try (JournalFile written = JournalFile.create(file)) {
            written.append(all.stream().map(JournalQueueTests::bytes).toList());
        }
        byte[] good = Files.readAllBytes(file);
        for (int at = JournalContent.MAGIC.length; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 + random.nextInt(255));
            Files.write(file, bad);

            JournalContent content = JournalContent.read(file);

            assertThat(texts(content.records()))
                    .as("byte %d of seed %d", at, seed)
                    .hasSize(all.size() - 1)
                    .isSubsetOf(all);
            assertThat(content.damages().size() + (content.tornBytes() > 0 ? 1 : 0))
                    .isEqualTo(1);
        }
    }

    @Test
    void aFileOfAnotherProgramIsRefusedByItsName() throws IOException {
        Path file = folder.resolve("usage-000001.journal");
        Files.writeString(file, "something else entirely");

        assertThatThrownBy(this::queue).isInstanceOf(IOException.class).hasMessageContaining(file.toString());
    }

    /** kill -9 of a process that appends: every record that it was told to be durable is there afterwards. */
    @Test
    void everyRecordThatWasDurableSurvivesAKill() throws Exception {
        List<String> durable = new ArrayList<>();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Appender.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("durable ")) {
                    durable.add(line.substring("durable ".length()));
                }
                if (durable.size() == 50) {
                    process.destroyForcibly();
                    break;
                }
            }
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }

        try (JournalQueue queue = queue()) {
            assertThat(durable).hasSize(50);
            assertThat(drained(queue)).startsWith(durable.toArray(String[]::new));
        }
    }

    /** A process that may write no file beyond 32 KiB, as on a full disk: what was refused left nothing behind. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whatADiskDoesNotTakeLeavesTheRestWhole() throws Exception {
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -f 64; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullDisk.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        List<String> lines;
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            lines = output.lines().toList();
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();

        List<String> durable = lines.stream()
                .filter(line -> line.startsWith("durable "))
                .map(line -> line.substring("durable ".length()))
                .toList();
        assertThat(lines).as("%s", lines).anyMatch(line -> line.startsWith("refused "));
        try (JournalQueue queue = queue()) {
            assertThat(drained(queue).stream().map(String::strip)).containsExactlyElementsOf(durable);
            assertThat(queue.damaged()).isZero();
        }
    }

    /** Appends until a write is refused, then something small, and tells what happened. */
    static final class FullDisk {

        public static void main(String[] arguments) throws IOException {
            try (JournalQueue queue = JournalQueue.open(Path.of(arguments[0]), "usage", 1 << 20)) {
                boolean refused = false;
                for (int i = 0; !refused; i++) {
                    String text = "record " + i;
                    try {
                        queue.append(List.of(bytes(text + " ".repeat(3_000))));
                        System.out.println("durable " + text);
                    } catch (IOException full) {
                        System.out.println("refused " + full.getMessage());
                        refused = true;
                    }
                }
                queue.append(List.of(bytes("afterwards")));
                System.out.println("durable afterwards");
            }
        }
    }

    /** Appends until it is killed, and tells of each record that is durable. */
    static final class Appender {

        public static void main(String[] arguments) throws IOException {
            try (JournalQueue queue = JournalQueue.open(Path.of(arguments[0]), "usage", SMALL)) {
                for (int i = 0; i < Integer.MAX_VALUE; i++) {
                    queue.append(List.of(bytes("record " + i)));
                    System.out.println("durable record " + i);
                    System.out.flush();
                }
            }
        }
    }

    private static List<String> drained(JournalQueue queue) throws IOException {
        List<String> found = new ArrayList<>();
        while (!queue.isEmpty()) {
            List<byte[]> some = queue.peek(100);
            found.addAll(texts(some));
            queue.remove(some.size());
        }
        return found;
    }

    private JournalQueue queue() throws IOException {
        return JournalQueue.open(folder, "usage", SMALL);
    }

    private Path onlyFile() throws IOException {
        assertThat(files()).hasSize(1);
        return files().getFirst();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static List<String> texts(List<byte[]> records) {
        return records.stream().map(record -> new String(record, UTF_8)).toList();
    }
}
