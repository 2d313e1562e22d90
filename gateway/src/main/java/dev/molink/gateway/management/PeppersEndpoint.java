package dev.molink.gateway.management;

import dev.molink.controlplane.keys.PepperRotation;
import dev.molink.controlplane.keys.PepperSummary;
import java.util.List;
import java.util.function.Supplier;
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

    PeppersEndpoint(PepperRotation rotation) {
        this.rotation = rotation;
    }

    @ReadOperation
    PepperList list() {
        return new PepperList(rotation.list());
    }

    @WriteOperation
    WebEndpointResponse<?> add() {
        return answer(rotation::add);
    }

    @WriteOperation
    WebEndpointResponse<?> activate(@Selector String pepperId) {
        return answer(() -> rotation.activate(pepperId));
    }

    @DeleteOperation
    WebEndpointResponse<?> remove(@Selector String pepperId) {
        return answer(() -> rotation.remove(pepperId));
    }

    private static WebEndpointResponse<?> answer(Supplier<List<PepperSummary>> change) {
        return ManagementAnswers.answer(() -> new PepperList(change.get()));
    }

    record PepperList(List<PepperSummary> peppers) {}
}
