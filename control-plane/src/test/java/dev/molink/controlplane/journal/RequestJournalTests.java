package dev.molink.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestJournalTests {

    private static final int REQUESTS = Boolean.getBoolean("molink.test.full") ? 20_000 : 2_000;
    private static final long SMALL = 2_000;

    @TempDir
    private Path folder;

    @Test
    void nothingIsLeftOfRequestsThatEnded() throws IOException {
        try (RequestJournal journal = journal()) {
            journal.begin(request("req_1"));
            journal.end("req_1");
        }

        try (RequestJournal journal = journal()) {
            assertThat(journal.left()).isEmpty();
            assertThat(journal.underWay()).isZero();
        }
    }

    /** The process may end without closing anything: what was written is in the file at once. */
    @Test
    void aRequestWithoutAnEndIsLeftWithAllThatIsKnownOfIt() throws IOException {
        RequestJournal killed = journal();
        killed.begin(request("req_1"));
        killed.begin(request("req_2"));
        killed.end("req_1");

        try (RequestJournal journal = journal()) {
            assertThat(journal.left()).containsExactly(request("req_2"));
            journal.end("req_2");
        }
        try (RequestJournal journal = journal()) {
            assertThat(journal.left()).isEmpty();
        }
        killed.close();
    }

    @Test
    void aTornBeginIsNoRequestAndKeepsNoOtherOut() throws IOException {
        RequestJournal killed = journal();
        killed.begin(request("req_1"));
        killed.begin(request("req_2"));
        killed.close();
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 3);
        }

        try (RequestJournal journal = journal()) {
            assertThat(journal.left()).containsExactly(request("req_1"));
        }
    }

    @Test
    void theFileStaysSmallHoweverManyRequestsCome() throws IOException {
        long seed = Long.getLong("molink.test.seed", System.nanoTime());
        System.out.printf("RequestJournalTests: seed %d (-Dmolink.test.seed)%n", seed);
        Random random = new Random(seed);
        Set<String> open = new TreeSet<>();
        try (RequestJournal journal = journal()) {
            for (int i = 0; i < REQUESTS; i++) {
                String id = "req_%06d".formatted(i);
                journal.begin(request(id));
                open.add(id);
                while (open.size() > 5 || (random.nextBoolean() && !open.isEmpty())) {
                    String ended = List.copyOf(open).get(random.nextInt(open.size()));
                    journal.end(ended);
                    open.remove(ended);
                }
                assertThat(Files.size(file())).isLessThan(2 * SMALL);
            }
        }

        try (RequestJournal journal = journal()) {
            assertThat(journal.left()).extracting(OpenRequest::requestId).containsExactlyInAnyOrderElementsOf(open);
        }
    }

    private RequestJournal journal() throws IOException {
        return RequestJournal.open(file(), SMALL);
    }

    private Path file() {
        return folder.resolve("requests.journal");
    }

    private static OpenRequest request(String id) {
        return new OpenRequest(
                id, "molink-demo", "default", "{\"version\":2}", 17, 2, Instant.parse("2026-11-21T10:00:00.123456Z"));
    }
}
