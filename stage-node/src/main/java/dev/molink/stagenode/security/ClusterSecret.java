package dev.molink.stagenode.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * What every process of a cluster knows and every RPC carries. One that the operator chose lets a process listen on all
 * interfaces; one that was made up on this machine is known here only, so its processes stay on loopback.
 */
public final class ClusterSecret {

    /** Environment variable with the operator's choice. */
    public static final String VARIABLE = "MOLINK_CLUSTER_SECRET";

    private static final int LEAST_CHARACTERS = 16;

    private final String value;
    private final boolean chosenByOperator;

    private ClusterSecret(String value, boolean chosenByOperator) {
        if (value.length() < LEAST_CHARACTERS || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "%s has %d characters; it must be %d or more printable ASCII characters without spaces"
                            .formatted(VARIABLE, value.length(), LEAST_CHARACTERS));
        }
        this.value = value;
        this.chosenByOperator = chosenByOperator;
    }

    /** The operator's secret. */
    public static ClusterSecret of(String chosen) {
        return new ClusterSecret(chosen.strip(), true);
    }

    /**
     * The operator's secret, or the one that this machine's processes share through a file in {@code home}; the first
     * process writes it.
     *
     * @param chosen null or blank: the operator chose none
     */
    public static ClusterSecret resolve(@Nullable String chosen, Path home) throws IOException {
        if (chosen != null && !chosen.isBlank()) {
            return of(chosen);
        }
        return new ClusterSecret(SecretFile.readOrCreate(home.resolve("cluster-secret")), false);
    }

    /** Whether other machines may know it, so that listening beyond loopback makes sense. */
    public boolean chosenByOperator() {
        return chosenByOperator;
    }

    String value() {
        return value;
    }

    /** Compares in a time that does not depend on where the two differ. */
    boolean matches(@Nullable String presented) {
        return presented != null && MessageDigest.isEqual(bytes(value), bytes(presented));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "ClusterSecret[chosenByOperator=%s]".formatted(chosenByOperator);
    }
}
