package dev.molink.gateway.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.adminkeys.AdminKeys;
import dev.molink.controlplane.adminkeys.NewAdminKey;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebOperationRequestPredicate;

/**
 * C107: every route of the management port, as Spring's actuator exposes it, with the token, without it, and with keys that
 * are for other things; and none of them on the public port. A route that is not in the list fails.
 */
class ManagementRoutesTests {

    /** All of them need the token. */
    private static final List<String> ROUTES = List.of(
            "DELETE /actuator/keys/{keyId}",
            "DELETE /actuator/peppers/{pepperId}",
            "GET /actuator",
            "GET /actuator/audit",
            "GET /actuator/engines",
            "GET /actuator/fleet",
            "GET /actuator/health",
            "GET /actuator/health/{*path}",
            "GET /actuator/info",
            "GET /actuator/keys",
            "GET /actuator/metrics",
            "GET /actuator/metrics/{requiredMetricName}",
            "GET /actuator/peppers",
            "GET /actuator/projects",
            "GET /actuator/prometheus",
            "GET /actuator/usage",
            "POST /actuator/adminkeys",
            "POST /actuator/keys",
            "POST /actuator/peppers",
            "POST /actuator/peppers/{pepperId}",
            "POST /actuator/projects/{projectId}");

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static String token = "";
    private static List<String> strangers = List.of();

    @BeforeAll
    static void start() throws IOException {
        gateway = TestGateway.start(folder);
        token = Files.readString(folder.resolve("gateway").resolve("management-token"))
                .strip();
        AdminCaller operator = new AdminCaller(ActorKind.SYSTEM, "test", null, Role.OWNER);
        String adminKey = gateway.bean(AdminKeys.class)
                .create(new NewAdminKey("matrix", Role.OWNER, null, null), operator, "")
                .text();
        strangers = List.of("", "wrong", token.substring(1), TestGateway.KEY, adminKey);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void everyRouteIsListed() {
        assertThat(routes()).containsExactlyInAnyOrderElementsOf(ROUTES);
    }

    @TestFactory
    Stream<DynamicTest> onlyTheTokenIsAnswered() {
        return routes().stream()
                .map(route -> dynamicTest(route, () -> {
                    for (String key : strangers) {
                        Answer refused = send(gateway.managementPort(), route, key);

                        assertThat(refused.status()).as(refused.body()).isEqualTo(401);
                        assertThat(refused.header("WWW-Authenticate")).contains("Bearer realm=\"molink management\"");
                    }
                    Answer answer = send(gateway.managementPort(), route, token);
                    assertThat(answer.status()).as(answer.body()).isIn(200, 204, 400, 404, 503);
                }));
    }

    @TestFactory
    Stream<DynamicTest> noneIsOnThePublicPort() {
        return routes().stream()
                .map(route -> dynamicTest(route, () -> {
                    for (String key :
                            Stream.concat(strangers.stream(), Stream.of(token)).toList()) {
                        Answer answer = send(gateway.port(), route, key);

                        assertThat(answer.status()).as(answer.body()).isIn(401, 403, 404, 405);
                    }
                }));
    }

    /** Method and path of every operation of every endpoint that is exposed, and of their list. */
    private static Set<String> routes() {
        Set<String> routes = new TreeSet<>(Set.of("GET /actuator"));
        gateway.bean(WebEndpointsSupplier.class).getEndpoints().stream()
                .flatMap(endpoint -> endpoint.getOperations().stream())
                .forEach(operation -> {
                    WebOperationRequestPredicate predicate = operation.getRequestPredicate();
                    routes.add(predicate.getHttpMethod() + " /actuator/" + predicate.getPath());
                });
        return routes;
    }

    private static Answer send(int port, String route, String key) {
        String[] parts = route.split(" ", 2);
        return new ApiClient(port, key)
                .send(
                        parts[1].replaceAll("\\{[^}]*}", "none"),
                        request -> request.header("Content-Type", "application/json")
                                .method(
                                        parts[0],
                                        parts[0].equals("POST")
                                                ? BodyPublishers.ofString("{}")
                                                : BodyPublishers.noBody()));
    }
}
