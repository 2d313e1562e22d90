package dev.molink.controlplane.profit;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which version of the cost profiles holds when. */
public final class CostBook {

    private final Map<String, TreeMap<Instant, CostProfile>> byNode = new HashMap<>();

    private CostBook() {}

    static CostBook of(List<CostProfile> profiles) {
        CostBook book = new CostBook();
        profiles.stream()
                .sorted(Comparator.comparingInt(CostProfile::version))
                // of the same date, the last one put is the one with the highest version
                .forEach(each -> book.byNode
                        .computeIfAbsent(each.nodeId(), _ -> new TreeMap<>())
                        .put(each.effectiveFrom(), each));
        return book;
    }

    /** The profile of the node at {@code when}, else everybody's; empty when neither holds yet: the cost is unknown. */
    public Optional<CostProfile> find(String nodeId, Instant when) {
        return version(nodeId, when).or(() -> version(CostProfile.ANY_NODE, when));
    }

    private Optional<CostProfile> version(String nodeId, Instant when) {
        TreeMap<Instant, CostProfile> versions = byNode.get(nodeId);
        return versions == null
                ? Optional.empty()
                : Optional.ofNullable(versions.floorEntry(when)).map(Map.Entry::getValue);
    }
}
