package dev.molink.stagenode.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.proto.stage.v1.LinkClass;
import dev.molink.proto.stage.v1.Padding;
import dev.molink.stagenode.codec.ActivationCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkFaultsTests {

    private static final int FRAMES = 20_000;

    @Test
    void areReadFromAFlag() {
        assertThat(LinkFaults.parse("corrupt=0.01,duplicate=0.02,reorder=0.03,drop=0.04,seed=7"))
                .isEqualTo(new LinkFaults(0.01, 0.02, 0.04, 0.03, 7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "corrupt | link fault 'corrupt' is not NAME=VALUE",
                "corrupt=much | link fault corrupt=much is no number",
                "corrupt=0.7 | link fault corrupt=0.7 is outside 0 … 0.5",
                "lose=0.1 | link fault 'lose' is unknown; allowed: corrupt, duplicate, drop, reorder, seed"
            })
    void areRefusedWithAReason(String text, String reason) {
        assertThatThrownBy(() -> LinkFaults.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(reason);
    }

    @Test
    void leaveAWireAloneThatIsToHaveNone() {
        Consumer<Frame> wire = _ -> {};

        assertThat(FaultyFrames.between(LinkFaults.NONE, 1, wire)).isSameAs(wire);
    }

    @Test
    void areAsFrequentAsTheyShouldBe() {
        List<Long> arrived = new ArrayList<>();
        long[] corrupt = new long[1];
        Consumer<Frame> wire = FaultyFrames.between(new LinkFaults(0.05, 0.04, 0, 0.03, 11), 1, frame -> {
            FrameHeader header = SealedFrames.open(frame);
            if (header == null) {
                corrupt[0]++;
            } else {
                arrived.add(header.getSequence());
            }
        });

        for (long sequence = 1; sequence <= FRAMES; sequence++) {
            wire.accept(frame(sequence));
        }

        assertThat(corrupt[0] / (double) FRAMES).isCloseTo(0.05, within(0.01));
        assertThat((arrived.size() + corrupt[0]) / (double) FRAMES).isCloseTo(1.04, within(0.01));
        long late = 0;
        for (int i = 1; i < arrived.size(); i++) {
            late += arrived.get(i) < arrived.get(i - 1) ? 1 : 0;
        }
        assertThat(late / (double) FRAMES).isCloseTo(0.03, within(0.01));
    }

    @Test
    void spareWhatOpensAndClosesAConnection() {
        LinkSpec spec = new LinkSpec(1, "here", "there", "the other end", 8, ActivationCodec.F32);
        List<Frame> arrived = new ArrayList<>();
        Consumer<Frame> wire = FaultyFrames.between(new LinkFaults(0.5, 0.5, 0.5, 0.5, 3), 1, arrived::add);

        for (int i = 0; i < 100; i++) {
            wire.accept(Frames.open(spec, LinkClass.LINK_CLASS_CONTROL));
            wire.accept(Frames.closed(1, new LinkLoss("", "done")));
        }

        assertThat(arrived).hasSize(200).allSatisfy(frame -> Objects.requireNonNull(SealedFrames.open(frame)));
    }

    private static Frame frame(long sequence) {
        return SealedFrames.seal(
                Frames.of(1)
                        .setSequence(sequence)
                        .setPadding(Padding.getDefaultInstance())
                        .build(),
                ByteString.copyFrom(new byte[100]));
    }
}
