package dev.molink.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.proto.node.v1.StagePlace;
import dev.molink.stagenode.journal.CounterJournal;
import dev.molink.stagenode.journal.RequestCounts;
import dev.molink.stagenode.journal.RequestCounts.Rows;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CountersTests {

    @TempDir
    Path data;

    private final StringWriter text = new StringWriter();
    private final PrintWriter out = new PrintWriter(text);

    @Test
    void printsEveryStageOfADeploymentWithItsTotals() throws Exception {
        count("stage-1", new RequestCounts("chat-1", 3, new Rows(11, 2, 0, 5, 4, 1), 16, 1_500_000, 2048, 4096));
        count("stage-2", new RequestCounts("chat-1", 3, new Rows(12, 0, 0, 0, 0, 0), 0, 0, 0, 0));

        Counters.under(data).print(out);

        assertThat(text.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .containsSubsequence(
                        data.resolve("stage-1").toString(),
                        "chat-1 11 2 0 5 4 1 16 1.5 2.0 4.0",
                        "all since the journal was begun 11 2 0 5 4 1 16 1.5 2.0 4.0",
                        data.resolve("stage-2").toString(),
                        "chat-1 12 0 0 0 0 0 0 0.0 0.0 0.0");
    }

    @Test
    void printsJson() throws Exception {
        count("stage-1", new RequestCounts("chat-1", 3, new Rows(11, 2, 0, 5, 4, 1), 16, 1_500_000, 2048, 4096));

        Counters.under(data).printJson(out);

        JsonNode stage =
                JsonMapper.shared().readTree(text.toString()).get("stages").get(0);
        assertThat(stage.get("folder").asString())
                .isEqualTo(data.resolve("stage-1").toString());
        assertThat(stage.get("totals").get("computed").asLong()).isEqualTo(11);
        assertThat(stage.get("requests").get(0).get("request_id").asString()).isEqualTo("chat-1");
        assertThat(stage.get("requests").get(0).get("verified_accepted").asLong())
                .isEqualTo(5);
        assertThat(stage.get("damages").isEmpty()).isTrue();
    }

    @Test
    void saysWhereItLookedWhenNothingWasCounted() {
        assertThatThrownBy(() -> Counters.under(data))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "no stage has counted anything under %s; give the folder of a stage or a deployment with"
                                + " --data",
                        data);
        assertThatThrownBy(() -> Counters.under(data.resolve("none")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no folder");
    }

    private void count(String stage, RequestCounts counts) throws IOException {
        try (CounterJournal journal =
                CounterJournal.open(data.resolve(stage).resolve("counters"), StagePlace.getDefaultInstance())) {
            journal.add(counts);
        }
    }
}
