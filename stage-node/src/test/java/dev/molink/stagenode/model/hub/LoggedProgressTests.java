package dev.molink.stagenode.model.hub;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggedProgressTests {

    private static final long TOTAL = 1_000_000_000;

    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(LoggedProgress.class);
    private long nanos;

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
    }

    private List<String> lines() {
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void logsSeldomOnAFastLineAndOnASlowOne() {
        LoggedProgress progress = new LoggedProgress(() -> nanos);

        for (long percent = 0; percent <= 40; percent++) {
            nanos += Duration.ofSeconds(3).toNanos();
            progress.fetched("a.safetensors", percent * TOTAL / 100, TOTAL);
        }
        for (long percent = 41; percent <= 100; percent++) {
            progress.fetched("a.safetensors", percent * TOTAL / 100, TOTAL);
        }

        assertThat(lines())
                .containsExactly(
                        "Fetching a.safetensors: 0 % of 1000 MB",
                        "Fetching a.safetensors: 10 % of 1000 MB",
                        "Fetching a.safetensors: 20 % of 1000 MB",
                        "Fetching a.safetensors: 30 % of 1000 MB",
                        "Fetching a.safetensors: 40 % of 1000 MB",
                        "Fetching a.safetensors: 100 % of 1000 MB");
    }

    @Test
    void saysNothingAboutSmallFiles() {
        new LoggedProgress(() -> nanos).fetched("config.json", 500, 500);

        assertThat(lines()).isEmpty();
    }
}
