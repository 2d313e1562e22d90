package dev.molink.gateway.usage;

import dev.molink.controlplane.usage.UsageRecord;
import java.util.concurrent.LinkedBlockingQueue;
import org.springframework.stereotype.Component;

@Component
final class FakeUsage implements UsageRecords {
    final LinkedBlockingQueue<UsageRecord> entries = new LinkedBlockingQueue<>();

    @Override
    public boolean write(UsageRecord usage) {
        return entries.add(usage);
    }
}
