package dev.molink.bench.codec;

import java.util.List;

/**
 * What the codecs lose on one model and text.
 *
 * @param text where the tokens come from
 * @param windowTokens the text is cut into windows of so many tokens, each of which starts anew
 * @param predictions tokens that were predicted, the same for each row
 */
public record LossReport(String model, String text, int windowTokens, int predictions, List<Row> rows) {

    public LossReport {
        rows = List.copyOf(rows);
    }

    /**
     * @param cuts how often the hidden state went through the codec on its way
     * @param perplexityChange perplexity divided by that of the uncut model, minus 1
     * @param sameTop share of positions at which the likeliest token is that of the uncut model
     * @param divergence mean Kullback-Leibler divergence from the uncut model's distribution, in nats
     */
    public record Row(
            int cuts, String codec, double perplexity, double perplexityChange, double sameTop, double divergence) {}
}
