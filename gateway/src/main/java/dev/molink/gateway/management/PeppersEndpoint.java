package dev.molink.gateway.management;

import dev.molink.controlplane.audit.AuditEntry;
import dev.molink.controlplane.audit.AuditedWrites;
import dev.molink.controlplane.keys.PepperRotation;
import dev.molink.controlplane.keys.PepperSummary;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.stereotype.Component;

/**
 * The peppers of this gateway's file on the management port, by id and without their secrets: {@code GET /actuator/peppers}
 * lists them and tells how many working keys need each, {@code POST} adds one that is not used for new keys yet, {@code POST
 * /actuator/peppers/ID} makes it the one for new keys, {@code DELETE /actuator/peppers/ID} removes one that no key needs.
 */
@Component
@WebEndpoint(id = "peppers")
final class PeppersEndpoint {

    private final PepperRotation rotation;
    private final AuditedWrites writes;

    PeppersEndpoint(PepperRotation rotation, AuditedWrites writes) {
        this.rotation = rotation;
        this.writes = writes;
    }

    @ReadOperation
    PepperList list() {
        return new PepperList(rotation.list());
    }

    @WriteOperation
    WebEndpointResponse<?> add() {
        return answer("pepper.created", "", rotation::add);
    }

    @WriteOperation
    WebEndpointResponse<?> activate(@Selector String pepperId) {
        return answer("pepper.activated", pepperId, () -> rotation.activate(pepperId));
    }

    @DeleteOperation
    WebEndpointResponse<?> remove(@Selector String pepperId) {
        return answer("pepper.deleted", pepperId, () -> rotation.remove(pepperId));
    }

    /** A file knows no transactions: should the commit fail after its change, there is a change without a row. */
    private WebEndpointResponse<?> answer(String action, String pepperId, Supplier<List<PepperSummary>> change) {
        return ManagementAnswers.answer(() -> {
            List<String> before = ids(rotation.list());
            AtomicReference<@Nullable List<PepperSummary>> changed = new AtomicReference<>();
            return new PepperList(writes.run(
                    () -> once(changed, change), after -> List.of(entry(action, pepperId, before, ids(after)))));
        });
    }

    /** A transaction that runs again must not change the file again. */
    private static List<PepperSummary> once(
            AtomicReference<@Nullable List<PepperSummary>> changed, Supplier<List<PepperSummary>> change) {
        List<PepperSummary> done = changed.get();
        if (done == null) {
            done = change.get();
            changed.set(done);
        }
        return done;
    }

    private static AuditEntry entry(String action, String pepperId, List<String> before, List<String> after) {
        return new AuditEntry(
                ManagementCaller.CALLER,
                action,
                pepperId,
                "",
                Map.of("peppers", String.join(" ", before)),
                Map.of("peppers", String.join(" ", after)),
                "");
    }

    private static List<String> ids(List<PepperSummary> peppers) {
        return peppers.stream().map(PepperSummary::id).toList();
    }

    record PepperList(List<PepperSummary> peppers) {}
}
