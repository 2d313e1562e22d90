package dev.molink.gateway.administration.profit;

import dev.molink.controlplane.profit.Amounts;
import dev.molink.controlplane.profit.IdleCost;
import dev.molink.controlplane.profit.Margin;
import dev.molink.controlplane.profit.ProfitLine;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Reports as JSON. */
final class ProfitAnswers {

    private ProfitAnswers() {}

    static Map<String, Object> line(String keyName, ProfitLine line) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("object", "profit.line");
        if (!line.key().isEmpty()) {
            answer.put(keyName, line.key());
        }
        answer.put("requests", line.requests());
        answer.put("revenue", amounts(line.revenue()));
        answer.put("cost", amounts(line.cost()));
        answer.put("margin", margin(line.margin()));
        answer.put("unbilled_requests", line.unbilled());
        answer.put("requests_without_evidence", line.withoutEvidence());
        answer.put("requests_without_cost_profile", line.withoutProfile());
        answer.put("requests_without_charge", line.withoutCharge());
        answer.put("busy_nanos", line.busyNanos());
        answer.put("bytes_sent", line.bytesSent());
        return answer;
    }

    static Map<String, Object> idle(IdleCost idle) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("object", "profit.idle");
        answer.put("node_id", idle.nodeId());
        answer.put("present_nanos", idle.presentNanos());
        answer.put("busy_nanos", idle.busyNanos());
        answer.put("idle_nanos", idle.idleNanos());
        answer.put("cost", amounts(idle.cost()));
        return answer;
    }

    /** What is not known is the sum; the amounts are its known part. */
    private static Map<String, Object> amounts(Amounts amounts) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("known", amounts.known());
        answer.put(
                "amounts",
                amounts.byCurrency().entrySet().stream()
                        .map(each -> Map.of("currency", each.getKey(), "value", plain(each.getValue())))
                        .toList());
        return answer;
    }

    private static Map<String, Object> margin(Margin margin) {
        return switch (margin) {
            case Margin.Known(BigDecimal ratio, String currency) ->
                Map.of("known", true, "ratio", plain(ratio), "currency", currency);
            case Margin.Unknown(Margin.Reason reason) ->
                Map.of("known", false, "reason", reason.name().toLowerCase(Locale.ROOT));
        };
    }

    static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
