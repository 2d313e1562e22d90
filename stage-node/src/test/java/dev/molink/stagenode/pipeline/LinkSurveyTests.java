package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class LinkSurveyTests {

    @Test
    void measuresEveryLinkAndTheWayBackToTheHead() throws Exception {
        LinkSurvey survey = new LinkSurvey((from, to) -> new LinkRate(10L * from + to, from + 1L));

        assertThat(survey.links(3)).containsExactly(new LinkRate(1, 1), new LinkRate(12, 2), new LinkRate(20, 3));
    }

    @Test
    void measuresAllAtTheSameTime() throws Exception {
        CyclicBarrier allMeasure = new CyclicBarrier(4);
        LinkSurvey survey = new LinkSurvey((from, _) -> {
            try {
                allMeasure.await(20, TimeUnit.SECONDS);
            } catch (BrokenBarrierException | TimeoutException e) {
                throw new AssertionError("stage %d measures alone".formatted(from), e);
            }
            return new LinkRate(7, 7);
        });

        assertThat(survey.links(4)).hasSize(4);
    }

    @Test
    void takesALinkThatCannotBeMeasuredAsUnknown() throws Exception {
        LinkSurvey survey = new LinkSurvey((from, _) -> switch (from) {
            case 0 -> throw Status.UNAVAILABLE.withDescription("nobody there").asException();
            case 1 -> throw Status.DEADLINE_EXCEEDED.asRuntimeException();
            default -> new LinkRate(5, 6);
        });

        assertThat(survey.links(3)).isEqualTo(List.of(LinkRate.UNKNOWN, LinkRate.UNKNOWN, new LinkRate(5, 6)));
    }

    @Test
    void measuresNothingOfASingleStage() throws Exception {
        LinkSurvey survey = new LinkSurvey((_, _) -> {
            throw new AssertionError("there is no link");
        });

        assertThat(survey.links(1)).containsExactly(LinkRate.UNKNOWN);
    }
}
