package dev.molink.gateway.usage;

import java.util.concurrent.LinkedBlockingQueue;
import org.springframework.stereotype.Component;

@Component
final class FakeUsage implements UsageRecords {
    final LinkedBlockingQueue<UsageEntry> entries = new LinkedBlockingQueue<>();

    @Override
    public void write(UsageEntry entry) {
        entries.add(entry);
    }
}
