package dev.molink.controlplane.profit;

import dev.molink.controlplane.evidence.StageEvidence;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Cost of a request = Σ over its stages of (computing time × the node's price of a busy hour + bytes sent × its price of
 * network), each at the version that held when the stage counted.
 */
final class RequestCosting {

    private final CostBook book;

    RequestCosting(CostBook book) {
        this.book = book;
    }

    /**
     * @param rows of whatever cause, as the head counted them; null where no head told
     * @param priceRuleId null: its project is not billed
     */
    RequestProfit profit(
            @Nullable Long rows,
            @Nullable String priceRuleId,
            @Nullable BigDecimal charge,
            @Nullable String currency,
            List<StageEvidence> evidence) {
        Map<String, CostSum> cost = new TreeMap<>();
        boolean profiles = true;
        for (StageEvidence record : evidence) {
            profiles &= add(record, cost);
        }
        return new RequestProfit(
                priceRuleId != null || charge != null,
                charge,
                currency == null ? "" : currency,
                rows != null && covers(evidence, rows),
                profiles,
                cost,
                evidence.stream().mapToLong(StageEvidence::busyNanos).sum(),
                evidence.stream().mapToLong(StageEvidence::bytesSent).sum());
    }

    /** Whether the node's cost is known. */
    private boolean add(StageEvidence record, Map<String, CostSum> cost) {
        Optional<CostProfile> profile = book.find(record.nodeId(), record.countedAt());
        profile.ifPresent(each -> {
            CostSum sum = cost.computeIfAbsent(each.currency(), _ -> new CostSum());
            sum.addTime(record.busyNanos(), each.cost().busyPerHour());
            sum.addBytes(record.bytesSent(), each.pricePerGigabyte());
        });
        return profile.isPresent();
    }

    /** Whether each layer computed as many rows as the head counted: then no stage's word is missing, nor a part of it. */
    static boolean covers(List<StageEvidence> evidence, long rows) {
        if (evidence.isEmpty()) {
            return rows == 0;
        }
        int layers = evidence.getFirst().part().modelLayers();
        long[] ofLayer = new long[layers];
        for (StageEvidence record : evidence) {
            if (record.part().modelLayers() != layers) {
                return false;
            }
            for (int layer = record.part().firstLayer(); layer < record.part().endLayer(); layer++) {
                ofLayer[layer] += record.rows().total();
            }
        }
        return IntStream.range(0, layers).allMatch(layer -> ofLayer[layer] == rows);
    }
}
