package dev.molink.controlplane.admission;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** The limits in force, in memory; reads them again when their stamp has risen. Safe for any thread. */
final class LimitBook {

    private static final Logger LOG = LoggerFactory.getLogger(LimitBook.class);

    private final LimitRows rows;
    private volatile Map<LimitOwner, List<UsageLimit>> byOwner = Map.of();
    private volatile long stamp = -1;

    LimitBook(LimitRows rows) {
        this.rows = rows;
    }

    List<UsageLimit> of(LimitOwner owner) {
        return byOwner.getOrDefault(owner, List.of());
    }

    /** @param changed told which bounds have another limit than before */
    void refresh(Consumer<Predicate<Bound>> changed) {
        long now = rows.stamp();
        if (now != stamp) {
            Map<LimitOwner, List<UsageLimit>> before = byOwner;
            byOwner = grouped(rows.all());
            stamp = now;
            Set<UsageLimit> same = new HashSet<>(flat(before));
            same.retainAll(flat(byOwner));
            Set<LimitOwner> owners = owners(before, same);
            owners.addAll(owners(byOwner, same));
            changed.accept(bound -> owners.contains(bound.owner()));
        }
    }

    /** Before the first request; without a database it stays empty until the keeper finds one. */
    LimitBook loaded() {
        try {
            refresh(_ -> {});
        } catch (DataAccessException unreachable) {
            LOG.warn("limits could not be read yet: {}", unreachable.getMessage());
        }
        return this;
    }

    private static Set<LimitOwner> owners(Map<LimitOwner, List<UsageLimit>> limits, Set<UsageLimit> without) {
        Set<LimitOwner> owners = new HashSet<>();
        for (UsageLimit limit : flat(limits)) {
            if (!without.contains(limit)) {
                owners.add(limit.owner());
            }
        }
        return owners;
    }

    private static List<UsageLimit> flat(Map<LimitOwner, List<UsageLimit>> limits) {
        return limits.values().stream().flatMap(List::stream).toList();
    }

    private static Map<LimitOwner, List<UsageLimit>> grouped(List<UsageLimit> limits) {
        Map<LimitOwner, List<UsageLimit>> grouped = new HashMap<>();
        limits.forEach(limit ->
                grouped.computeIfAbsent(limit.owner(), _ -> new ArrayList<>()).add(limit));
        grouped.replaceAll((owner, list) -> List.copyOf(list));
        return Map.copyOf(grouped);
    }
}
