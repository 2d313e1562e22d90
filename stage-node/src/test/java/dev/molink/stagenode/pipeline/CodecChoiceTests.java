package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodecChoiceTests {

    private static final CodecOption AUTO = new CodecOption.Auto();

    @ParameterizedTest
    @CsvSource({
        "1250000, INT8, 10 Mbit/s",
        "1249999, INT8, 10.0 Mbit/s",
        "12250000, INT8, 98 Mbit/s",
        "31249999, INT8, 250 Mbit/s",
        "31250000, BF16, 250 Mbit/s",
        "125000000, BF16, 1.0 Gbit/s",
        "624999999, BF16, 5.0 Gbit/s",
        "625000000, F32, 5.0 Gbit/s"
    })
    void choosesByTheRateAndSaysIt(long bytesPerSecond, ActivationCodec codec, String text) {
        CodecChoice choice = CodecChoice.of(AUTO, links(bytesPerSecond));

        assertThat(choice)
                .isEqualTo(new CodecChoice(codec, "%s: the link from stage 0 to 1 carries %s".formatted(codec, text)));
    }

    @Test
    void namesTheSlowestLink() {
        CodecChoice choice = CodecChoice.of(AUTO, links(1_000_000_000, 2_000_000, 3_000_000));

        assertThat(choice.reason()).isEqualTo("int8: the link from stage 1 to 2 carries 16 Mbit/s");
    }

    @Test
    void leavesOutLinksThatCouldNotBeMeasured() {
        assertThat(CodecChoice.of(AUTO, links(0, 100_000_000, 0, 200_000_000)).reason())
                .isEqualTo("bf16: the link from stage 1 to 2 carries 800 Mbit/s");
        assertThat(CodecChoice.of(AUTO, links(100_000_000, 0)).reason())
                .isEqualTo("bf16: the link from stage 0 to 1 carries 800 Mbit/s");
    }

    @Test
    void isExactWhereNothingCouldBeMeasured() {
        assertThat(CodecChoice.of(AUTO, links(0, 0)))
                .isEqualTo(new CodecChoice(ActivationCodec.F32, "f32: no link between stages could be measured"));
    }

    @Test
    void isExactWithASingleStage() {
        assertThat(CodecChoice.of(AUTO, links()))
                .isEqualTo(new CodecChoice(ActivationCodec.F32, "f32: a single stage sends no activations"));
    }

    @Test
    void takesWhatTheOperatorSays() {
        CodecOption int8 = new CodecOption.Fixed(ActivationCodec.INT8);

        assertThat(CodecChoice.of(int8, links(1_000_000_000)))
                .isEqualTo(new CodecChoice(ActivationCodec.INT8, "int8: as --codec says"));
    }

    /** Links between stages of these rates, and the way of the tokens to the head, which is slower than all. */
    private static List<LinkRate> links(long... rates) {
        List<LinkRate> links = new ArrayList<>();
        Arrays.stream(rates).forEach(rate -> links.add(new LinkRate(rate, 1000)));
        links.add(new LinkRate(1, 1000));
        return links;
    }
}
