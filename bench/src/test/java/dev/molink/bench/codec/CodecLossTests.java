package dev.molink.bench.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.molink.bench.codec.LossReport.Row;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The measure against logits that transformers computed for the same tokens. */
class CodecLossTests {

    private static final List<String> TEXTS = List.of("a", "b");

    @Test
    void theF32RowsHaveThePerplexityOfTheReference() throws Exception {
        List<Row> rows = measured();

        double reference = referencePerplexity();
        assertThat(rows).extracting(Row::cuts).containsExactly(1, 1, 1, 2, 2, 2);
        assertThat(rows).filteredOn(row -> row.codec().equals("f32")).hasSize(2).allSatisfy(row -> {
            assertThat(row.perplexity()).isCloseTo(reference, within(1e-4 * reference));
            assertThat(row.perplexityChange()).isZero();
            assertThat(row.sameTop()).isOne();
            assertThat(row.divergence()).isZero();
        });
    }

    @Test
    void theOthersLoseSomethingAndMoreWithEveryCut() throws Exception {
        List<Row> rows = measured();

        for (int codec = 1; codec <= 2; codec++) {
            Row once = rows.get(codec);
            Row twice = rows.get(3 + codec);
            assertThat(once.divergence()).as(once.codec()).isBetween(1e-9, 1e-3);
            assertThat(twice.divergence()).as(twice.codec()).isGreaterThan(once.divergence());
            assertThat(once.sameTop()).isGreaterThan(0.9);
        }
    }

    @Test
    void comparesByHand() {
        Comparison comparison = new Comparison();
        float third = (float) Math.log(1.0 / 3);
        float half = (float) Math.log(0.5);
        float quarter = (float) Math.log(0.25);

        comparison.add(new float[] {half, quarter, quarter}, new float[] {third, third, third}, 1);
        comparison.add(new float[] {quarter, half, quarter}, new float[] {third, third, third}, 1);

        Row row = comparison.row(1, ActivationCodec.INT8);
        assertThat(row.perplexity()).isCloseTo(3, within(1e-6));
        // The exact model's perplexity is the root of 4 · 2.
        assertThat(row.perplexityChange()).isCloseTo(3 / Math.sqrt(8) - 1, within(1e-6));
        assertThat(row.sameTop()).isEqualTo(0.5);
        assertThat(row.divergence()).isCloseTo(Math.log(3) - 1.5 * Math.log(2), within(1e-6));
    }

    @Test
    void refusesToSayAnythingAboutNothing() {
        assertThatThrownBy(() -> new Comparison().row(1, ActivationCodec.BF16))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no token was predicted: a text needs at least two");
    }

    @Test
    void whatTheModelWritesDependsOnTheSeedAlone() {
        List<List<Integer>> texts = SampledText.write(model(), "cpu", 1, 3, 40, 7);

        assertThat(texts).hasSize(3).allSatisfy(text -> assertThat(text).hasSize(40));
        assertThat(SampledText.write(model(), "cpu", 2, 3, 40, 7)).isEqualTo(texts);
        assertThat(SampledText.write(model(), "cpu", 1, 3, 40, 8)).isNotEqualTo(texts);
    }

    private static List<Row> measured() throws Exception {
        try (CodecLoss loss = new CodecLoss(model(), "cpu", 1)) {
            for (String text : TEXTS) {
                loss.add(tokens(text));
            }
            return loss.rows();
        }
    }

    private static double referencePerplexity() throws Exception {
        double surprise = 0;
        int predictions = 0;
        for (String text : TEXTS) {
            List<Integer> tokens = tokens(text);
            ByteBuffer logits = tensor("logits_" + text);
            int vocabulary = logits.remaining() / Float.BYTES / tokens.size();
            for (int position = 0; position + 1 < tokens.size(); position++) {
                double sum = 0;
                for (int i = 0; i < vocabulary; i++) {
                    sum += Math.exp(logits.getFloat((position * vocabulary + i) * Float.BYTES));
                }
                int next = tokens.get(position + 1);
                surprise -= Math.log(Math.exp(logits.getFloat((position * vocabulary + next) * Float.BYTES)) / sum);
                predictions++;
            }
        }
        return Math.exp(surprise / predictions);
    }

    private static List<Integer> tokens(String text) throws Exception {
        ByteBuffer ids = tensor("tokens_" + text);
        List<Integer> tokens = new ArrayList<>();
        while (ids.hasRemaining()) {
            tokens.add(Math.toIntExact(ids.getLong()));
        }
        return tokens;
    }

    /** A tensor of the golden file: an 8-byte length, a JSON header, the data. */
    private static ByteBuffer tensor(String name) throws Exception {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(folder().resolve("golden.safetensors")))
                .order(ByteOrder.LITTLE_ENDIAN);
        int headerBytes = Math.toIntExact(file.getLong());
        byte[] header = new byte[headerBytes];
        file.get(header);
        JsonNode offsets = JsonMapper.shared()
                .readTree(new String(header, StandardCharsets.UTF_8))
                .get(name)
                .get("data_offsets");
        int start = offsets.get(0).asInt();
        return file.slice(Long.BYTES + headerBytes + start, offsets.get(1).asInt() - start)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ModelFiles model() {
        return ModelFiles.open(ModelSource.of(folder().toString()), _ -> {
            throw new IllegalStateException("no test needs the hub");
        });
    }

    private static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(CodecLossTests.class.getResource("/fixtures/models/llama"))
                    .toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
