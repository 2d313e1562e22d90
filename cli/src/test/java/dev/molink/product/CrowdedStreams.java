package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * More streams at once than a key has places for, on several gateways. Who is refused comes again to the next gateway when it
 * was told to, until it has had its turn.
 *
 * <p>A client counts its stream from the headers until right before it leaves, and the gateway holds its place for longer:
 * what is counted here is never above what runs.
 */
final class CrowdedStreams {

    static final int PLACES = 6;

    private static final int STREAMS = 24;
    private static final int ATTEMPTS = 40;
    /** Nobody's stream ends by itself before everybody was admitted or refused once. */
    private static final int TOKENS = 1500;

    private final LimitedKey key;
    private final int gateways;
    private final CountDownLatch decided = new CountDownLatch(STREAMS);
    private final AtomicInteger admittedAtOnce = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /** @param key has {@link #PLACES} */
    CrowdedStreams(LimitedKey key, int gateways) {
        this.key = key;
        this.gateways = gateways;
    }

    void assertNeverMoreThanThePlaces() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> turns = new ArrayList<>();
            for (int number = 0; number < STREAMS; number++) {
                int client = number;
                turns.add(clients.submit(() -> hasItsTurn(client)));
            }
            for (Future<Boolean> turn : turns) {
                assertThat(turn.get(1, TimeUnit.MINUTES)).isTrue();
            }
        }
        assertThat(admittedAtOnce).as("admitted before anybody left").hasValue(PLACES);
        assertThat(most).as("most that ran at once").hasValue(PLACES);
    }

    private boolean hasItsTurn(int client) throws Exception {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            HttpResponse<InputStream> answer = key.stream((client + attempt) % gateways, TOKENS);
            boolean admitted = answer.statusCode() == 200;
            if (admitted) {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
            }
            if (attempt == 0) {
                admittedAtOnce.addAndGet(admitted ? 1 : 0);
                decided.countDown();
            }
            if (admitted) {
                readAndLeave(answer);
                return true;
            }
            leaveAsRefused(answer);
        }
        return false;
    }

    private void readAndLeave(HttpResponse<InputStream> answer) throws Exception {
        try (InputStream body = answer.body()) {
            assertThat(decided.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(body.read()).isEqualTo('d');
            running.decrementAndGet();
        }
    }

    private static void leaveAsRefused(HttpResponse<InputStream> answer) throws Exception {
        try (InputStream body = answer.body()) {
            assertThat(answer.statusCode())
                    .as(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(429);
            assertThat(answer.headers().firstValue("retry-after")).contains("1");
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }
}
