package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.Language.Definition;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A language that was checked and compiled, as it travels from the head to the sampling stage. Immutable and safe for any
 * number of threads. Its bytes hold the definition, and whoever reads them compiles it again: nothing that came over the
 * wire is run unchecked.
 */
public final class Grammar {

    private static final long MACHINE_BYTES = 16L << 20;

    private final byte[] bytes;
    private final String hash;
    private final Program program;
    private final GrammarLimits limits;

    private Grammar(byte[] bytes, Program program, GrammarLimits limits) {
        this.bytes = bytes;
        this.hash = sha256(bytes);
        this.program = program;
        this.limits = limits;
    }

    /**
     * Compiles {@code definition}.
     *
     * @throws GrammarException when it is wrongly put together, larger than {@code limits}, or no text belongs to it
     */
    public static Grammar compile(Definition definition, GrammarLimits limits) {
        Program program = Compiler.compile(definition, limits);
        return new Grammar(DefinitionCodec.write(definition, limits), program, limits);
    }

    /**
     * Reads what {@link #toBytes()} wrote. The bytes name the bounds of recursion and alternatives that they were compiled
     * with; the other bounds are those of {@link GrammarLimits#DEFAULT}, which no grammar that is shipped exceeds.
     *
     * @throws GrammarException when the bytes are broken or hold a definition that would be refused
     */
    public static Grammar fromBytes(byte[] bytes) {
        DefinitionCodec.Decoded decoded = DefinitionCodec.read(bytes);
        Program program = Compiler.compile(decoded.definition(), decoded.limits());
        return new Grammar(bytes.clone(), program, decoded.limits());
    }

    /** Versioned serialised form. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    public int byteSize() {
        return bytes.length;
    }

    /** Rough size in memory. */
    long memoryBytes() {
        return bytes.length + program.memoryBytes();
    }

    /** SHA-256 of {@link #toBytes()} in hexadecimal digits. */
    public String hash() {
        return hash;
    }

    /** The state before any text, of a new machine. */
    public GrammarState start() {
        return machine(MACHINE_BYTES).start();
    }

    /** A new machine that keeps at most {@code maxBytes} of states, roughly. */
    Machine machine(long maxBytes) {
        return new Machine(program, limits, maxBytes);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Grammar[%s, %d bytes, %s]".formatted(hash.substring(0, 12), bytes.length, program);
    }
}
