package dev.molink.gateway.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.adminkeys.AdminKeys;
import dev.molink.controlplane.adminkeys.CreatedAdminKey;
import dev.molink.controlplane.adminkeys.NewAdminKey;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.RouteSample;
import dev.molink.gateway.testing.RouteSamples;
import dev.molink.gateway.testing.Tenant;
import dev.molink.gateway.testing.TestGateway;
import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * C90, C91: every route of the administration, as the running gateway has registered it, with every role, with objects of the
 * own and of a foreign tenant, and with keys that are none. What is allowed is read from the documentation's table.
 */
class RoleMatrixTests {

    private static final AdminCaller OPERATOR = new AdminCaller(ActorKind.SYSTEM, "test", null, Role.OWNER);
    private static final RolesTable TABLE = RolesTable.ofTheDocumentation();
    private static final Map<Role, String> OWN_KEYS = new EnumMap<>(Role.class);
    private static final Map<Role, String> OPERATOR_KEYS = new EnumMap<>(Role.class);

    /** Routes whose sample does not leave exactly one row in the audit log, and why. */
    private static final Map<String, AuditRows> AUDITED_OTHERWISE = Map.of(
            "POST /admin/v1/prices/preview",
            new AuditRows(0, "it computes what a request would cost and changes nothing"),
            "POST /admin/v1/ledger/proof",
            new AuditRows(0, "it writes a row for each balance that it sets right, and here all are right"),
            "POST /v1/organization/projects/{project_id}/service_accounts",
            new AuditRows(2, "it makes two objects, the account and its first key"));

    private static final Map<String, RouteSample> SHARED = new HashMap<>();

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static RouteSample.Registry samples;
    private static Tenant own;
    private static Tenant foreign;
    private static List<String> refusedKeys;

    private record AuditRows(int count, String reason) {}

    private record Route(String method, String pattern, AdminRoute rule) {

        boolean hasVariables() {
            return pattern.contains("{");
        }

        @Override
        public String toString() {
            return method + " " + pattern;
        }
    }

    @BeforeAll
    static void start() throws ReflectiveOperationException {
        gateway = TestGateway.start(folder);
        samples = described();
        own = tenant("own");
        foreign = tenant("foreign");
        for (Role role : Role.values()) {
            OWN_KEYS.put(role, key(role, own.organizationId()).text());
            OPERATOR_KEYS.put(role, key(role, null).text());
        }
        refusedKeys = List.of("", "sk-admin-nobody", expired(), revoked());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @TestFactory
    Stream<DynamicTest> everyRoleIsAnsweredAsTheTableSays() {
        return routes().stream()
                .map(route -> dynamicTest(route.toString(), () -> {
                    for (Role role : Role.values()) {
                        boolean allowed = TABLE.allows(
                                role, route.rule().area(), route.rule().access());
                        boolean toTenants = allowed && !route.rule().operatorOnly();
                        String tenantKey = Objects.requireNonNull(OWN_KEYS.get(role));
                        String operatorKey = Objects.requireNonNull(OPERATOR_KEYS.get(role));

                        assertAllowed(toTenants, route, role, send(route, toTenants, tenantKey, null));
                        assertAllowed(allowed, route, role, send(route, allowed, operatorKey, own.organizationId()));
                    }
                }));
    }

    /** A row of another's making, or one without the request's id, would not count. */
    @TestFactory
    Stream<DynamicTest> everyWriteLeavesOneAuditRowWithItsRequestId() {
        return routes().stream()
                .filter(route -> !route.method().equals("GET"))
                .map(route -> dynamicTest(route.toString(), () -> {
                    RouteSample sample = samples.sample(route.method(), route.pattern(), own);
                    long before = lastAuditRow();

                    Answer answer = sample.send(
                            gateway.port(),
                            Objects.requireNonNull(OPERATOR_KEYS.get(Role.OWNER)),
                            own.organizationId());

                    assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
                    AuditRows expected = AUDITED_OTHERWISE.getOrDefault(
                            route.toString(), new AuditRows(1, "every change leaves one row"));
                    assertThat(auditedRequests(before))
                            .as(expected.reason())
                            .isEqualTo(Collections.nCopies(
                                    expected.count(),
                                    answer.header("x-request-id").orElseThrow()));
                }));
    }

    @Test
    void everyExceptionFromTheAuditIsARoute() {
        assertThat(routes()).extracting(Route::toString).containsAll(AUDITED_OTHERWISE.keySet());
    }

    @TestFactory
    Stream<DynamicTest> foreignObjectsAreNotThere() {
        return routes().stream()
                .filter(route -> route.hasVariables() && !route.rule().operatorOnly())
                .map(route -> dynamicTest(route.toString(), () -> {
                    for (Role role : Role.values()) {
                        Answer answer = send(route, foreign, Objects.requireNonNull(OWN_KEYS.get(role)), null);
                        boolean allowed = TABLE.allows(
                                role, route.rule().area(), route.rule().access());

                        assertThat(answer.status())
                                .as("%s as %s: %s", route, role, answer.body())
                                .isEqualTo(allowed ? 404 : 403);
                        assertEnvelope(answer);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> aForeignOrganizationCannotBeChosen() {
        return routes().stream()
                .filter(route -> !route.hasVariables() && !route.rule().operatorOnly())
                .map(route -> dynamicTest(route.toString(), () -> {
                    Answer answer = send(route, own, ownerKey(), foreign.organizationId());

                    assertThat(answer.status()).as(answer.body()).isEqualTo(404);
                }));
    }

    @TestFactory
    Stream<DynamicTest> listsNameNoForeignObjects() {
        List<String> foreignIds = routes().stream()
                .filter(route -> route.hasVariables() && !route.rule().operatorOnly())
                .flatMap(
                        route -> samples.sample(route.method(), route.pattern(), foreign).variables().values().stream())
                .filter(value -> value.length() > 12)
                .toList();
        return routes().stream()
                .filter(route -> route.method().equals("GET") && !route.rule().operatorOnly())
                .map(route -> dynamicTest(
                        route.toString(),
                        () -> assertThat(send(route, own, ownerKey(), null).body())
                                .doesNotContain(foreign.organizationId())
                                .doesNotContain(foreignIds)));
    }

    @TestFactory
    Stream<DynamicTest> nobodyElseIsAnswered() {
        return routes().stream()
                .map(route -> dynamicTest(route.toString(), () -> {
                    for (String key : refusedKeys) {
                        Answer answer = send(route, own, key, null);

                        assertThat(answer.status()).as(answer.body()).isEqualTo(401);
                        assertThat(answer.header("WWW-Authenticate")).contains("Bearer");
                        assertEnvelope(answer);
                    }
                    Answer ordinary = send(route, own, TestGateway.KEY, null);
                    assertThat(ordinary.status()).as(ordinary.body()).isEqualTo(403);
                    assertEnvelope(ordinary);
                }));
    }

    @Test
    void thereAreRoutes() {
        assertThat(routes()).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void theTableNamesEveryAreaAsTheCodeHasIt() {
        for (Area area : Area.values()) {
            for (Access access : Access.values()) {
                for (Role role : Role.values()) {
                    assertThat(role.allows(area, access))
                            .as("%s %s %s", role, access, area)
                            .isEqualTo(TABLE.allows(role, area, access));
                }
            }
        }
    }

    /** What a gateway with such a handler says instead of starting. */
    @Test
    void aRouteWithoutARuleFailsTheStart() throws NoSuchMethodException {
        HandlerMethod without = new HandlerMethod(new Handlers(), Handlers.class.getDeclaredMethod("withoutRule"));
        HandlerMethod with = new HandlerMethod(new Handlers(), Handlers.class.getDeclaredMethod("withRule"));

        assertThatThrownBy(() -> AdminRoutes.requireRules(Map.of(at("/v1/organization/new"), without)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Handlers.withoutRule answers [/v1/organization/new]");
        assertThatThrownBy(() -> AdminRoutes.requireRules(Map.of(at("/admin/v1"), without)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> AdminRoutes.requireRules(Map.of(at("/v1/models"), with)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("where nobody checks it");
        AdminRoutes.requireRules(Map.of(at("/admin/v1/new"), with, at("/v1/models"), without));
    }

    @Test
    void aVariableThatNoPartDescribesFailsTheMatrix() {
        assertThatThrownBy(() -> samples.sample("GET", "/admin/v1/unheard/{of_id}", own))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("{of_id}");
    }

    static final class Handlers {

        void withoutRule() {}

        @AdminRoute(area = Area.AUDIT, access = Access.VIEW)
        void withRule() {}
    }

    private static RequestMappingInfo at(String pattern) {
        return RequestMappingInfo.paths(pattern).methods(RequestMethod.GET).build();
    }

    private static void assertAllowed(boolean allowed, Route route, Role role, Answer answer) {
        if (allowed) {
            assertAnswered(route, role, answer);
        } else {
            assertForbidden(route, role, answer);
        }
    }

    private static void assertAnswered(Route route, Role role, Answer answer) {
        if (samples.mustSucceed(route.method(), route.pattern())) {
            assertThat(answer.status())
                    .as("%s as %s: %s", route, role, answer.body())
                    .isBetween(200, 299);
        } else {
            assertThat(answer.status())
                    .as("%s as %s: %s", route, role, answer.body())
                    .isIn(200, 201, 204, 400, 409);
        }
    }

    private static void assertForbidden(Route route, Role role, Answer answer) {
        assertThat(answer.status())
                .as("%s as %s: %s", route, role, answer.body())
                .isEqualTo(403);
        assertThat(answer.json().at("/error/code").stringValue()).isEqualTo("forbidden");
        assertEnvelope(answer);
    }

    private static void assertEnvelope(Answer answer) {
        assertThat(answer.json().get("error").propertyNames()).containsExactly("message", "type", "param", "code");
        assertThat(answer.header("x-request-id")).isPresent();
        assertThat(answer.header("openai-processing-ms")).isPresent();
    }

    /** With objects that were made for this request: it may change or remove them. */
    private static Answer sendAnew(Route route, String key, @Nullable String organization) {
        return samples.sample(route.method(), route.pattern(), own).send(gateway.port(), key, organization);
    }

    /** With objects that several requests share, as none of them may change anything. */
    private static Answer send(Route route, Tenant tenant, String key, @Nullable String organization) {
        return SHARED.computeIfAbsent(
                        route + " of " + tenant.organizationId(),
                        name -> samples.sample(route.method(), route.pattern(), tenant))
                .send(gateway.port(), key, organization);
    }

    /** Sends as it is right for what the answer should be. */
    private static Answer send(Route route, boolean allowed, String key, @Nullable String organization) {
        return allowed && !route.method().equals("GET")
                ? sendAnew(route, key, organization)
                : send(route, own, key, organization);
    }

    private static long lastAuditRow() {
        return gateway.bean(JdbcClient.class)
                .sql("SELECT COALESCE(MAX(sequence), 0) FROM audit_entry")
                .query(Long.class)
                .single();
    }

    /** The request ids of the rows after one, in order. */
    private static List<String> auditedRequests(long after) {
        return gateway.bean(JdbcClient.class)
                .sql("SELECT request_id FROM audit_entry WHERE sequence > :after ORDER BY sequence")
                .param("after", after)
                .query(String.class)
                .list();
    }

    private static String ownerKey() {
        return Objects.requireNonNull(OWN_KEYS.get(Role.OWNER));
    }

    private static List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        gateway.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .forEach((mapping, handler) -> {
                    AdminRoute rule = handler.getMethodAnnotation(AdminRoute.class);
                    if (rule != null) {
                        mapping.getPatternValues()
                                .forEach(pattern -> mapping.getMethodsCondition()
                                        .getMethods()
                                        .forEach(method -> routes.add(new Route(method.name(), pattern, rule))));
                    }
                });
        routes.sort(java.util.Comparator.comparing(Route::toString));
        return routes;
    }

    private static RouteSample.Registry described() throws ReflectiveOperationException {
        RouteSample.Registry registry = new RouteSample.Registry();
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AssignableTypeFilter(RouteSamples.class));
        for (BeanDefinition found : scanner.findCandidateComponents("dev.molink.gateway")) {
            Constructor<?> constructor = Class.forName(found.getBeanClassName()).getDeclaredConstructor();
            constructor.setAccessible(true);
            ((RouteSamples) constructor.newInstance()).describe(registry);
        }
        return registry;
    }

    private static Tenant tenant(String name) {
        ProjectSummary project = gateway.bean(Tenancy.class).createProject(name, "matrix");
        return new Tenant(gateway, project.organizationId(), name);
    }

    private static CreatedAdminKey key(Role role, @Nullable String organizationId) {
        return gateway.bean(AdminKeys.class)
                .create(new NewAdminKey("matrix", role, organizationId, null), OPERATOR, "");
    }

    private static String expired() {
        CreatedAdminKey key = key(Role.OWNER, own.organizationId());
        gateway.bean(JdbcClient.class)
                .sql("UPDATE admin_key SET expires_at = created_at WHERE id = :id")
                .param("id", key.key().keyId())
                .update();
        return key.text();
    }

    private static String revoked() {
        CreatedAdminKey key = key(Role.OWNER, own.organizationId());
        gateway.bean(AdminKeys.class).revoke(key.key().keyId(), OPERATOR, "");
        return key.text();
    }
}
