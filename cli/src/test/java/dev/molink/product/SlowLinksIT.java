package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demo over links that are as slow as it is told to make them. */
class SlowLinksIT {

    private static final String QUESTION = "What is MoLink?";
    private static final double GIVEN = 40e6 / 8; // bytes per second

    private int asked;

    @Test
    void answersAsOverFastLinksAndMeasuresWhatItWasGiven() throws Exception {
        try (RunningDemo demo =
                RunningDemo.start("--stages", "2", "--codec", "f32", "--link-rate", "40mbit", "--link-delay", "10ms")) {
            assertThat(demo.output()).anyMatch(line -> line.contains("rate=40mbit,delay=10ms"));

            HttpResponse<String> answer = demo.post("/v1/chat/completions", Golden.request(QUESTION));

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains(Golden.answer(QUESTION));
            awaitMeasuredRate(demo);
        }
    }

    /** Half of the rate is near enough on a machine that has other work, none of it where that takes all processors. */
    private void awaitMeasuredRate(RunningDemo demo) {
        try {
            Eventually.within(Duration.ofSeconds(60), "the head has measured its link", () -> {
                sendALongPrompt(demo);
                JsonNode stage = demo.engine().at("/stages/0");
                assertThat(stage.get("linkBytesPerSecond").asDouble()).isBetween(GIVEN / 2, 1.1 * GIVEN);
                assertThat(stage.get("linkOneWayMillis").asDouble()).isBetween(9.5, 30.0);
                return true;
            });
        } catch (AssertionError slow) {
            var machine = ManagementFactory.getOperatingSystemMXBean();
            if (machine.getSystemLoadAverage() < 3 * machine.getAvailableProcessors()) {
                throw slow;
            }
            System.err.println("SKIPPED: a machine with a load of %.0f cannot measure a link: %s"
                    .formatted(machine.getSystemLoadAverage(), slow.getCause()));
            abort("the machine is too busy to measure a link");
        }
    }

    private void sendALongPrompt(RunningDemo demo) throws Exception {
        asked++;
        String prompt =
                "%d. The stage sends and the next one waits. ".formatted(asked).repeat(60);
        Map<String, Object> request =
                Map.of("model", "molink-demo", "prompt", prompt, "max_tokens", 1, "temperature", 0);
        HttpResponse<String> answer =
                demo.post("/v1/completions", JsonMapper.shared().writeValueAsString(request));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
}
