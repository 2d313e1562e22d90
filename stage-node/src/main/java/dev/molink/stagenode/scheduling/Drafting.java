package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.kvcache.TokenIds;
import dev.molink.stagenode.speculation.AcceptanceHistory;
import dev.molink.stagenode.speculation.PromptLookup;

/** Where a sequence's drafts come from, and how good they were. */
record Drafting(PromptLookup lookup, AcceptanceHistory history) {

    static Drafting from(TokenIds ids) {
        return new Drafting(new PromptLookup(ids), new AcceptanceHistory());
    }
}
