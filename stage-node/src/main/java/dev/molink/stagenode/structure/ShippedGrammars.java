package dev.molink.stagenode.structure;

import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.stage.v1.AssetKind;
import dev.molink.stagenode.asset.AssetStore;
import dev.molink.stagenode.grammar.Grammar;
import dev.molink.stagenode.grammar.GrammarException;
import dev.molink.stagenode.grammar.GrammarSession;
import dev.molink.stagenode.grammar.TokenMasks;
import dev.molink.stagenode.grammar.TokenVocabulary;
import dev.molink.stagenode.sampling.GrammarSource;
import dev.molink.stagenode.sampling.TokenConstraint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sampling stage's grammars, read from the assets that the head sent. Asked by the stage's loop thread only, which
 * owns the masks that are made along the way.
 */
public final class ShippedGrammars implements GrammarSource {

    private static final Logger log = LoggerFactory.getLogger(ShippedGrammars.class);
    private static final int MAX_GRAMMARS = 64;
    private static final long[] NOTHING = {};

    private final AssetStore assets;
    private final int[] endIds;
    private final int logits;
    private final Map<String, Grammar> grammars = new LinkedHashMap<>(16, 0.75f, true);
    private @Nullable TokenMasks masks;
    private String masksOf = "";

    public ShippedGrammars(AssetStore assets, ModelIdentity model) {
        this.assets = assets;
        this.logits = model.getVocabularySize();
        this.endIds =
                model.getEndTokenIdsList().stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public Optional<TokenConstraint> find(String name) {
        try {
            return GrammarName.parse(name).flatMap(this::open);
        } catch (GrammarException e) {
            log.warn("grammar {} cannot be read: {}", name, e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<TokenConstraint> open(GrammarName name) {
        return masks(name.vocabulary())
                .flatMap(tokens -> grammar(name.grammar()).map(tokens::open))
                .map(Constraint::new);
    }

    /** One vocabulary at a time: all sequences of a model have the same. */
    private Optional<TokenMasks> masks(String hash) {
        if (!masksOf.equals(hash)) {
            Optional<TokenVocabulary> vocabulary =
                    assets.find(AssetKind.ASSET_KIND_VOCABULARY, hash).map(TokenVocabulary::fromBytes);
            if (vocabulary.isEmpty()) {
                return Optional.empty();
            }
            masks = new TokenMasks(vocabulary.get(), endIds, logits, TokenMasks.Budget.DEFAULT);
            masksOf = hash;
        }
        return Optional.ofNullable(masks);
    }

    private Optional<Grammar> grammar(String hash) {
        Grammar known = grammars.get(hash);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Grammar> read = assets.find(AssetKind.ASSET_KIND_GRAMMAR, hash).map(Grammar::fromBytes);
        read.ifPresent(grammar -> {
            grammars.put(hash, grammar);
            if (grammars.size() > MAX_GRAMMARS) {
                grammars.remove(grammars.keySet().iterator().next());
            }
        });
        return read;
    }

    private record Constraint(GrammarSession session) implements TokenConstraint {

        /** Nothing, where no token goes on: the sampler then says that the sequence cannot. */
        @Override
        public long[] allowed() {
            try {
                return session.allowed();
            } catch (GrammarException e) {
                log.warn("a grammar allows no token: {}", e.getMessage());
                return NOTHING;
            }
        }

        @Override
        public TokenConstraint accept(int tokenId) {
            return new Constraint(session.accept(tokenId));
        }
    }
}
