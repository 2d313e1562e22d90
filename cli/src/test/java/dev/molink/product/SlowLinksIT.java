package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The demo over links that are as slow as it is told to make them. */
class SlowLinksIT {

    private static final String QUESTION = "What is MoLink?";
    private static final double MBIT = 1e6 / 8;

    @Test
    void answersAsOverFastLinksAndMeasuresWhatItWasGiven() throws Exception {
        try (RunningDemo demo =
                RunningDemo.start("--stages", "2", "--codec", "f32", "--link-rate", "40mbit", "--link-delay", "10ms")) {
            assertThat(demo.output()).anyMatch(line -> line.contains("rate=40mbit,delay=10ms"));

            HttpResponse<String> answer = demo.post("/v1/chat/completions", Golden.request(QUESTION));

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains(Golden.answer(QUESTION));
            // Bytes per second and milliseconds as the sender measures them; a busy machine makes links seem slower.
            Eventually.within(Duration.ofSeconds(60), "the head has measured its link", () -> {
                JsonNode stage = demo.engine().at("/stages/0");
                assertThat(stage.get("linkBytesPerSecond").asDouble()).isBetween(20 * MBIT, 44 * MBIT);
                assertThat(stage.get("linkOneWayMillis").asDouble()).isBetween(9.0, 60.0);
                return true;
            });
        }
    }
}
