package dev.molink.bench.links;

import dev.molink.bench.fleet.FleetRun;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run costs and brings, in one currency.
 *
 * @param nodePerHour rent of one node
 * @param inputPerMillion price of a million prompt tokens
 * @param outputPerMillion price of a million generated tokens
 */
public record Prices(BigDecimal nodePerHour, BigDecimal inputPerMillion, BigDecimal outputPerMillion) {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal NANOS_PER_HOUR = BigDecimal.valueOf(3_600_000_000_000L);
    private static final int SCALE = 12;
    private static final Pattern TOKEN_PRICES = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)/([0-9]+(?:\\.[0-9]+)?)");

    public Prices {
        if (nodePerHour.signum() <= 0 || inputPerMillion.signum() < 0 || outputPerMillion.signum() < 0) {
            throw new IllegalArgumentException("a node at %s an hour and tokens at %s and %s a million are no prices"
                    .formatted(nodePerHour, inputPerMillion, outputPerMillion));
        }
    }

    /**
     * Reads what people write.
     *
     * @param node per hour, such as {@code 0.34}
     * @param tokens per million, input and output, such as {@code 0.15/0.60}
     */
    public static Prices parse(String node, String tokens) {
        Matcher both = TOKEN_PRICES.matcher(tokens);
        if (!both.matches()) {
            throw new IllegalArgumentException(
                    "'%s' are no token prices; write input and output per million, such as 0.15/0.60"
                            .formatted(tokens));
        }
        if (!node.matches("[0-9]+(\\.[0-9]+)?")) {
            throw new IllegalArgumentException(
                    "'%s' is no node price; write it per hour, such as 0.34".formatted(node));
        }
        return new Prices(new BigDecimal(node), new BigDecimal(both.group(1)), new BigDecimal(both.group(2)));
    }

    /** For the tokens that the clients sent and got. */
    public BigDecimal revenue(FleetRun run) {
        long input = run.requests().stream()
                .mapToLong(request -> request.arrival().promptTokens())
                .sum();
        long output = run.requests().stream()
                .mapToLong(request -> request.tokenNanos().size())
                .sum();
        return inputPerMillion
                .multiply(BigDecimal.valueOf(input))
                .add(outputPerMillion.multiply(BigDecimal.valueOf(output)))
                .divide(MILLION);
    }

    /** For all nodes as long as the run lasted. */
    public BigDecimal cost(FleetRun run, int nodes) {
        return nodePerHour
                .multiply(BigDecimal.valueOf(nodes))
                .multiply(BigDecimal.valueOf(run.durationNanos()))
                .divide(NANOS_PER_HOUR, SCALE, RoundingMode.HALF_EVEN);
    }

    /** Cost-profit margin: (revenue − cost) ÷ cost. */
    public BigDecimal margin(FleetRun run, int nodes) {
        BigDecimal cost = cost(run, nodes);
        return revenue(run).subtract(cost).divide(cost, MathContext.DECIMAL64);
    }
}
