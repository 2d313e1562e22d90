package dev.molink.stagenode.sampling;

import java.util.Optional;

/** The grammars that the head shipped to this stage. Asked by the stage's loop thread only. */
@FunctionalInterface
public interface GrammarSource {

    GrammarSource NONE = hash -> Optional.empty();

    /** The state before the first generated token of the grammar with this content hash; empty if it is not here. */
    Optional<TokenConstraint> find(String hash);
}
