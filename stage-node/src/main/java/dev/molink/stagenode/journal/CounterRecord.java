package dev.molink.stagenode.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.molink.proto.node.v1.AcknowledgedEvidence;
import dev.molink.proto.node.v1.CounterOpening;
import dev.molink.proto.node.v1.EvidenceRecord;
import dev.molink.proto.node.v1.RequestCounters;
import java.io.IOException;
import java.util.List;

/** One entry of the counter journal. */
sealed interface CounterRecord {

    JournalEntry entry();

    /** What was done for a request since its record before. */
    record Counted(RequestCounters counters) implements CounterRecord {

        static final byte KIND = 1;

        RequestCounts counts() {
            return RequestCounts.of(counters);
        }

        @Override
        public JournalEntry entry() {
            return new JournalEntry(KIND, counters.toByteString());
        }
    }

    /** The sum of all records before this one, those of files that are gone included; of versions without evidence. */
    record Totals(RequestCounts counts) implements CounterRecord {

        static final byte KIND = 2;

        @Override
        public JournalEntry entry() {
            return new JournalEntry(KIND, counts.toMessage().toByteString());
        }
    }

    /** What was counted for a request and epoch since its last such record becomes a record of evidence. */
    record Sealed(EvidenceRecord evidence) implements CounterRecord {

        static final byte KIND = 3;

        @Override
        public JournalEntry entry() {
            return new JournalEntry(KIND, evidence.toByteString());
        }
    }

    /** Evidence that need not be sent any more. */
    record Acknowledged(List<Long> sequences) implements CounterRecord {

        static final byte KIND = 4;

        public Acknowledged {
            sequences = List.copyOf(sequences);
        }

        @Override
        public JournalEntry entry() {
            return new JournalEntry(
                    KIND,
                    AcknowledgedEvidence.newBuilder()
                            .addAllSequences(sequences)
                            .build()
                            .toByteString());
        }
    }

    /** Replaces everything before it. */
    record Opening(CounterOpening state) implements CounterRecord {

        static final byte KIND = 5;

        @Override
        public JournalEntry entry() {
            return new JournalEntry(KIND, state.toByteString());
        }
    }

    /** @throws IOException if a later version of the program wrote the entry */
    static CounterRecord of(JournalEntry entry) throws IOException {
        return switch (entry.kind()) {
            case Counted.KIND -> new Counted(parse(entry.body(), RequestCounters.parser()));
            case Totals.KIND -> new Totals(RequestCounts.of(parse(entry.body(), RequestCounters.parser())));
            case Sealed.KIND -> new Sealed(parse(entry.body(), EvidenceRecord.parser()));
            case Acknowledged.KIND ->
                new Acknowledged(
                        parse(entry.body(), AcknowledgedEvidence.parser()).getSequencesList());
            case Opening.KIND -> new Opening(parse(entry.body(), CounterOpening.parser()));
            default ->
                throw new IOException(
                        "the counter journal holds a record (%s) of a later version; start that one".formatted(entry));
        };
    }

    private static <T> T parse(ByteString bytes, Parser<T> parser) throws IOException {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(
                    "the counter journal holds a record of %d bytes that is none".formatted(bytes.size()), e);
        }
    }
}
