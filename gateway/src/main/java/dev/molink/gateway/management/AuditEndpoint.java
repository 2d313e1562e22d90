package dev.molink.gateway.management;

import dev.molink.controlplane.audit.AuditProof;
import dev.molink.controlplane.audit.AuditVerdict;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.stereotype.Component;

/**
 * {@code GET /actuator/audit} on the management port: proves the audit log's chain, for {@code molink doctor --verify-audit}.
 * With {@code row} and {@code hash} it also proves that this row still has this hash.
 */
@Component
@WebEndpoint(id = "audit")
final class AuditEndpoint {

    private final AuditProof proof;

    AuditEndpoint(AuditProof proof) {
        this.proof = proof;
    }

    @ReadOperation
    Proof verify(@Nullable Long row, @Nullable String hash) {
        AuditVerdict verdict =
                row == null || hash == null ? proof.verify() : proof.verify(new AuditProof.Witness(row, hash));
        return new Proof(verdict instanceof AuditVerdict.Intact, verdict.sentence());
    }

    record Proof(boolean intact, String sentence) {}
}
