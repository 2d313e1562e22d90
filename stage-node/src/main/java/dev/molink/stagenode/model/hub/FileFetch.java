package dev.molink.stagenode.model.hub;

import dev.molink.stagenode.model.hub.HubException.Reason;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches one file into the cache: goes on where an earlier try ended, tries again after a break, and makes the file a
 * blob only when its size and hash are right.
 */
final class FileFetch {

    private static final Logger log = LoggerFactory.getLogger(FileFetch.class);
    private static final Duration TICK = Duration.ofMillis(500);

    private final HubRemote remote;
    private final HubCache cache;
    private final HubModelId id;
    private final String commit;
    private final RemoteFile file;
    private final Patience patience;
    private final FetchProgress progress;

    FileFetch(
            HubRemote remote,
            HubCache cache,
            HubModelId id,
            String commit,
            RemoteFile file,
            Patience patience,
            FetchProgress progress) {
        this.remote = remote;
        this.cache = cache;
        this.id = id;
        this.commit = commit;
        this.file = file;
        this.patience = patience;
        this.progress = progress;
    }

    /** Runs under the file's lock. */
    void run() {
        Path target = cache.incomplete(file);
        boolean resumed = bytesOnDisk(target) > 0;
        fetchRest(target);
        if (!BlobHash.matches(target, file)) {
            delete(target);
            if (!resumed) {
                throw wrongHash();
            }
            log.warn("What an earlier fetch left of {} was broken; fetching it from the start", file.name());
            fetchRest(target);
            if (!BlobHash.matches(target, file)) {
                delete(target);
                throw wrongHash();
            }
        }
        cache.complete(file);
    }

    private HubException wrongHash() {
        return new HubException(
                Reason.BROKEN,
                "%s of %s: what was fetched does not have the announced hash %s; it was deleted, try again"
                        .formatted(file.name(), id, file.hash()));
    }

    private void fetchRest(Path target) {
        requireSpace(target);
        int failures = 0;
        long onDisk = bytesOnDisk(target);
        while (onDisk != file.bytes() || !Files.exists(target)) {
            if (onDisk > file.bytes()) {
                delete(target);
                onDisk = 0;
            }
            try {
                fetchPiece(target, onDisk);
            } catch (HubException e) {
                failures = bytesOnDisk(target) > onDisk ? 1 : failures + 1;
                if (e.reason() != Reason.UNREACHABLE || failures >= patience.attempts()) {
                    throw e;
                }
                log.warn("Fetching {} broke off, trying again: {}", file.name(), e.getMessage());
                FetchLock.pause(patience.pause().multipliedBy(1L << (failures - 1)));
            }
            onDisk = bytesOnDisk(target);
        }
    }

    private void fetchPiece(Path target, long from) {
        try (PieceWriter writer = new PieceWriter(target, file.bytes())) {
            BodyHandler<Void> body = head -> switch (head.statusCode()) {
                case 206 -> BodySubscribers.ofByteArrayConsumer(writer.from(from));
                case 200 -> BodySubscribers.ofByteArrayConsumer(writer.from(0));
                default -> BodySubscribers.replacing(null);
            };
            CompletableFuture<HttpResponse<Void>> answer = remote.content(id, commit, file.name(), from, body);
            HttpResponse<Void> head = await(answer, writer);
            if (head.statusCode() == 416) {
                delete(target);
                return;
            }
            remote.requireSuccess(head, "%s of %s".formatted(file.name(), id));
            progress.fetched(file.name(), writer.position(), file.bytes());
            if (writer.position() < file.bytes()) {
                throw new HubException(
                        Reason.UNREACHABLE,
                        "%s of %s: the hub sent %d bytes of %d"
                                .formatted(file.name(), id, writer.position(), file.bytes()));
            }
        } catch (IOException e) {
            throw HubCache.unusable(target, e);
        }
    }

    private HttpResponse<Void> await(CompletableFuture<HttpResponse<Void>> answer, PieceWriter writer) {
        long seen = writer.position();
        long seenNanos = System.nanoTime();
        while (true) {
            try {
                return answer.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                progress.fetched(file.name(), writer.position(), file.bytes());
            } catch (ExecutionException e) {
                throw remote.failure(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                answer.cancel(true);
                throw new HubException(Reason.LOCAL, "interrupted while fetching " + file.name(), e);
            }
            if (writer.position() != seen) {
                seen = writer.position();
                seenNanos = System.nanoTime();
            } else if (System.nanoTime() - seenNanos > patience.stall().toNanos()) {
                answer.cancel(true);
                throw new HubException(
                        Reason.UNREACHABLE,
                        "%s of %s: no byte came for %d ms"
                                .formatted(file.name(), id, patience.stall().toMillis()));
            }
        }
    }

    private void requireSpace(Path target) {
        try {
            long needed = file.bytes() - bytesOnDisk(target);
            long free = Files.getFileStore(target.getParent()).getUsableSpace();
            if (needed > free) {
                throw new HubException(
                        Reason.LOCAL,
                        "%s of %s needs %d MB more, the disk of %s has %d MB; free some or move the cache with HF_HOME"
                                .formatted(file.name(), id, needed / 1_000_000, target.getParent(), free / 1_000_000));
            }
        } catch (IOException e) {
            throw HubCache.unusable(target, e);
        }
    }

    private static long bytesOnDisk(Path target) {
        try {
            return Files.exists(target) ? Files.size(target) : 0;
        } catch (IOException e) {
            throw HubCache.unusable(target, e);
        }
    }

    private static void delete(Path target) {
        try {
            Files.deleteIfExists(target);
        } catch (IOException e) {
            throw HubCache.unusable(target, e);
        }
    }
}
