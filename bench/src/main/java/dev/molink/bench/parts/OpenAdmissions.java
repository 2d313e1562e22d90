package dev.molink.bench.parts;

import dev.molink.controlplane.admission.Admission;
import dev.molink.controlplane.admission.AdmissionRequest;
import dev.molink.controlplane.admission.Admissions;
import dev.molink.controlplane.admission.Lease;
import dev.molink.controlplane.admission.RateLimitState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Admits everything and reserves nothing. */
final class OpenAdmissions implements Admissions {

    @Override
    public Admission admit(AdmissionRequest request) {
        return new Admission.Admitted(new NoLease(request.requestId()), RateLimitState.UNLIMITED);
    }

    @Override
    public RateLimitState limits(String organizationId, String projectId, String apiKeyId) {
        return RateLimitState.UNLIMITED;
    }

    private record NoLease(String requestId) implements Lease {

        @Override
        public boolean cover(long generatedTokens) {
            return true;
        }

        @Override
        public long coveredTokens() {
            return Long.MAX_VALUE;
        }

        @Override
        public @Nullable Refusal refusal() {
            return null;
        }

        @Override
        public Instant admittedAt() {
            return Instant.now();
        }

        @Override
        public void answered() {}

        @Override
        public void end() {}
    }
}
