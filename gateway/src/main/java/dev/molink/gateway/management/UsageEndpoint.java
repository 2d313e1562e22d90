package dev.molink.gateway.management;

import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageStore;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.stereotype.Component;

/** {@code GET /actuator/usage?limit=N} on the management port: the records that finished last, the newest first. */
@Component
@Endpoint(id = "usage")
final class UsageEndpoint {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 10_000;

    private final UsageStore usage;

    UsageEndpoint(UsageStore usage) {
        this.usage = usage;
    }

    @ReadOperation
    RecentUsage recent(@Nullable Integer limit) {
        return new RecentUsage(usage.recent(limit == null ? DEFAULT_LIMIT : Math.clamp(limit, 1, MAX_LIMIT)));
    }

    record RecentUsage(List<UsageRecord> records) {}
}
