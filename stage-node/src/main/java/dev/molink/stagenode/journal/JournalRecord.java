package dev.molink.stagenode.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.molink.proto.node.v1.RequestReport;
import java.io.IOException;

/** One entry of the report journal. */
sealed interface JournalRecord {

    String requestId();

    JournalEntry entry();

    /** A final report that a gateway must take over. */
    record Reported(RequestReport report) implements JournalRecord {

        static final byte KIND = 1;

        @Override
        public String requestId() {
            return report.getRequestId();
        }

        @Override
        public JournalEntry entry() {
            return new JournalEntry(KIND, report.toByteString());
        }
    }

    /** A gateway has taken the report over durably. */
    record Acknowledged(String requestId) implements JournalRecord {

        static final byte KIND = 2;

        @Override
        public JournalEntry entry() {
            return new JournalEntry(KIND, ByteString.copyFromUtf8(requestId));
        }
    }

    /** @throws IOException if a later version of the program wrote the entry */
    static JournalRecord of(JournalEntry entry) throws IOException {
        return switch (entry.kind()) {
            case Reported.KIND -> new Reported(report(entry));
            case Acknowledged.KIND -> new Acknowledged(entry.body().toStringUtf8());
            default ->
                throw new IOException(
                        "the report journal holds a record (%s) of a later version; start that one".formatted(entry));
        };
    }

    private static RequestReport report(JournalEntry entry) throws IOException {
        try {
            return RequestReport.parseFrom(entry.body());
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("the report journal holds a record (%s) that is no report".formatted(entry), e);
        }
    }
}
