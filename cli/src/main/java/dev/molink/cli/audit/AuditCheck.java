package dev.molink.cli.audit;

import dev.molink.cli.deployment.ManagementClient;
import dev.molink.cli.deployment.StoredState;
import dev.molink.controlplane.audit.AuditAutoConfiguration;
import dev.molink.controlplane.audit.AuditProof;
import dev.molink.controlplane.audit.AuditVerdict;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Proves the audit log of a gateway of this machine. A running one is asked; without one its database is opened. */
public final class AuditCheck {

    private AuditCheck() {}

    /**
     * What was found.
     *
     * @param sentence for people
     */
    public record Result(boolean intact, String sentence) {}

    /**
     * Proves the log.
     *
     * @param witness a row and its hash that were kept of an earlier proof, or null
     * @throws IllegalArgumentException when no gateway runs and the folder holds no database
     */
    public static Result run(int managementPort, Path data, AuditProof.@Nullable Witness witness)
            throws IOException, InterruptedException {
        try {
            return running(new ManagementClient(managementPort, data), witness);
        } catch (ConnectException | NoSuchFileException notRunning) {
            if (!StoredState.isIn(data)) {
                throw new IllegalArgumentException(
                        "%s holds no database; name the gateway's folder with --data".formatted(data), notRunning);
            }
            return stored(data, witness);
        }
    }

    private static Result running(ManagementClient gateway, AuditProof.@Nullable Witness witness)
            throws IOException, InterruptedException {
        String query = witness == null ? "" : "?row=%d&hash=%s".formatted(witness.sequence(), witness.hash());
        HttpResponse<String> response = gateway.send("GET", "/actuator/audit" + query, "");
        if (response.statusCode() != 200) {
            throw new IOException(
                    "the gateway answered %d to GET /actuator/audit; see its log".formatted(response.statusCode()));
        }
        JsonNode proof = JsonMapper.shared().readTree(response.body());
        return new Result(
                proof.get("intact").booleanValue(), proof.get("sentence").stringValue());
    }

    private static Result stored(Path data, AuditProof.@Nullable Witness witness) {
        try (ConfigurableApplicationContext context = StoredState.open(data, Beans.class)) {
            AuditProof proof = context.getBean(AuditProof.class);
            AuditVerdict verdict = witness == null ? proof.verify() : proof.verify(witness);
            return new Result(verdict instanceof AuditVerdict.Intact, verdict.sentence());
        }
    }

    /** What the proof needs. No migrations: it changes nothing. */
    @ImportAutoConfiguration({
        StorageAutoConfiguration.class,
        DataSourceTransactionManagerAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class,
        JdbcClientAutoConfiguration.class,
        TransactionAutoConfiguration.class,
        AuditAutoConfiguration.class
    })
    static final class Beans {}
}
