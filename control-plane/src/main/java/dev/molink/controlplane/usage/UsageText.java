package dev.molink.controlplane.usage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Usage records as they stand in the journal: JSON with the names of their components, so later versions can read it. */
final class UsageText {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private UsageText() {}

    static byte[] bytes(UsageRecord record) {
        return MAPPER.writeValueAsBytes(record);
    }

    static List<UsageRecord> records(List<byte[]> all) throws IOException {
        List<UsageRecord> records = new ArrayList<>();
        for (byte[] bytes : all) {
            records.add(record(bytes));
        }
        return records;
    }

    /** @throws IOException if the bytes are no record that this version knows */
    static UsageRecord record(byte[] bytes) throws IOException {
        try {
            return MAPPER.readValue(bytes, UsageRecord.class);
        } catch (JacksonException garbled) {
            throw new IOException("a record of the usage journal is none that this version knows", garbled);
        }
    }
}
