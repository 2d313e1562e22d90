package dev.molink.stagenode.structure;

import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.Structure;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.proto.stage.v1.AssetKind;
import dev.molink.stagenode.engine.StructureCompiler;
import dev.molink.stagenode.grammar.Grammar;
import dev.molink.stagenode.grammar.GrammarException;
import dev.molink.stagenode.grammar.TokenVocabulary;
import dev.molink.stagenode.grammar.schema.SchemaRefusedException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The head's compiler of structures: a thread of its own compiles, and the sampling stage gets grammar and vocabulary
 * before the request is scheduled.
 */
public final class StructureDesk implements StructureCompiler, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StructureDesk.class);
    private static final int MAX_WAITING = 128;

    private final Supplier<Optional<TextAssets>> text;
    private final Shipping shipping;
    private final StructureReader reader = new StructureReader();
    private final ExecutorService compiling = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().name("structure-compiler").daemon().factory());

    /** Owned by the compiling thread; null before the first request. */
    private @Nullable TokenVocabulary vocabulary;

    /** The vocabulary as it travels; owned by the compiling thread. */
    private byte[] vocabularyBytes = {};

    /** Brings bytes to the stage that samples. */
    @FunctionalInterface
    public interface Shipping {

        /** Completes when the last stage of {@code epoch} keeps the bytes; fails if that formation is over. */
        CompletableFuture<Void> ship(long epoch, AssetKind kind, byte[] bytes);
    }

    /** @param text the model's tokenizer; asked when the first structure comes */
    public StructureDesk(Supplier<Optional<TextAssets>> text, Shipping shipping) {
        this.text = text;
        this.shipping = shipping;
    }

    @Override
    public void compile(Structure structure, long epoch, Receiver receiver) {
        try {
            compiling.execute(() -> receiver.take(compile(structure, epoch)));
        } catch (RejectedExecutionException e) {
            receiver.take(refused(
                    FailureCode.FAILURE_CODE_OVERLOADED,
                    structure,
                    "%d structures wait for being compiled; no more may wait".formatted(MAX_WAITING)));
        }
    }

    private Result compile(Structure structure, long epoch) {
        try {
            TokenVocabulary tokens = vocabulary();
            if (tokens == null) {
                return invalid(structure, "the model has no tokenizer, without which no structure can be kept");
            }
            Grammar grammar = reader.read(structure);
            byte[] bytes = grammar.toBytes();
            CompletableFuture.allOf(
                            shipping.ship(epoch, AssetKind.ASSET_KIND_VOCABULARY, vocabularyBytes),
                            shipping.ship(epoch, AssetKind.ASSET_KIND_GRAMMAR, bytes))
                    .join();
            return new Result.Ready(new GrammarName(grammar.hash(), tokens.hash()).toString());
        } catch (GrammarException | SchemaRefusedException e) {
            return invalid(structure, String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError e) {
            log.warn("a structure could not be brought to the sampling stage", e);
            return refused(
                    FailureCode.FAILURE_CODE_INTERNAL,
                    structure,
                    "the structure could not be brought to the sampling stage: " + e);
        }
    }

    /** Null where the model has no tokenizer. */
    private @Nullable TokenVocabulary vocabulary() {
        if (vocabulary == null) {
            text.get().map(TokenVocabulary::of).ifPresent(tokens -> {
                vocabulary = tokens;
                vocabularyBytes = tokens.toBytes();
            });
        }
        return vocabulary;
    }

    private static Result invalid(Structure structure, String message) {
        return refused(FailureCode.FAILURE_CODE_INVALID_ARGUMENT, structure, message);
    }

    private static Result refused(FailureCode code, Structure structure, String message) {
        return new Result.Refused(Failure.newBuilder()
                .setCode(code)
                .setField(StructureReader.field(structure))
                .setMessage(message)
                .build());
    }

    /** What is being compiled is given up. */
    @Override
    public void close() {
        compiling.shutdownNow();
    }
}
