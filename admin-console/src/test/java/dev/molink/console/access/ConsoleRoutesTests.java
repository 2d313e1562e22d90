package dev.molink.console.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.request;

import dev.molink.console.testing.As;
import dev.molink.console.testing.ConsoleTest;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.access.Role;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.request.RequestPostProcessor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * C90: every route of the console, as Spring has registered it, with every role, as a member and as an operator. A route that
 * nobody gave a rule here fails; the roles are those of the documentation's table, which the gateway's matrix proves.
 */
@ConsoleTest
@DirtiesContext // csrf() leaves its own token repository in the console's filter, for every test behind it
class ConsoleRoutesTests {

    private static final Rule ANYBODY = new Rule(Who.ANYBODY, null, null);
    private static final Rule VISITORS = new Rule(Who.VISITORS, null, null);

    private static final Map<String, Rule> RULES = Map.ofEntries(
            Map.entry("GET /console", VISITORS),
            Map.entry("GET /console/", VISITORS),
            Map.entry("GET /console/assets/**", ANYBODY),
            Map.entry("GET /console/assets/webjars/**", ANYBODY),
            Map.entry("GET /console/login", ANYBODY),
            Map.entry("GET /console/invite", ANYBODY),
            Map.entry("POST /console/invite", ANYBODY),
            Map.entry("GET /console/account", VISITORS),
            Map.entry("POST /console/account/password", VISITORS),
            Map.entry("POST /console/account/organization", VISITORS),
            Map.entry("GET /console/overview", role(Area.USAGE, Access.VIEW)),
            Map.entry("GET /console/overview/live", role(Area.USAGE, Access.VIEW)),
            Map.entry("GET /console/fleet", operator(Area.FLEET, Access.VIEW)),
            Map.entry("GET /console/fleet/live", operator(Area.FLEET, Access.VIEW)),
            Map.entry("GET /console/keys", role(Area.KEYS, Access.VIEW)),
            Map.entry("POST /console/keys", role(Area.KEYS, Access.MANAGE)),
            Map.entry("GET /console/keys/{keyId}/revoke", role(Area.KEYS, Access.MANAGE)),
            Map.entry("POST /console/keys/{keyId}/revoke", role(Area.KEYS, Access.MANAGE)),
            Map.entry("GET /console/members", role(Area.MEMBERS, Access.VIEW)),
            Map.entry("POST /console/members/{accountId}/role", role(Area.MEMBERS, Access.MANAGE)),
            Map.entry("GET /console/members/{accountId}/remove", role(Area.MEMBERS, Access.MANAGE)),
            Map.entry("POST /console/members/{accountId}/remove", role(Area.MEMBERS, Access.MANAGE)),
            Map.entry("POST /console/members/invites", role(Area.MEMBERS, Access.MANAGE)),
            Map.entry("POST /console/members/invites/{inviteId}/delete", role(Area.MEMBERS, Access.MANAGE)),
            // the container's own pass for error pages, which no request reaches from outside
            Map.entry("* /error", new Rule(Who.NOBODY, null, null)));

    @Autowired
    private MockMvc console;

    @Autowired
    private ApplicationContext context;

    private enum Who {
        ANYBODY,
        VISITORS,
        ROLES,
        OPERATORS,
        NOBODY
    }

    /** Area and access are null unless it is a matter of the role. */
    private record Rule(
            Who who, @Nullable Area area, @Nullable Access access) {

        boolean allows(Role role, boolean operator) {
            return switch (who) {
                case ANYBODY, VISITORS -> true;
                case NOBODY -> false;
                case ROLES -> of(role);
                case OPERATORS -> operator && of(role);
            };
        }

        private boolean of(Role role) {
            return role.allows(Objects.requireNonNull(area), Objects.requireNonNull(access));
        }
    }

    @Test
    void everyRouteHasARule() {
        assertThat(routes(context)).containsExactlyInAnyOrderElementsOf(RULES.keySet());
    }

    @TestFactory
    Stream<DynamicTest> everyRoleIsAnsweredAsItsRuleSays() {
        return ofTheConsole()
                .map(route -> dynamicTest(route, () -> {
                    Rule rule = Objects.requireNonNull(RULES.get(route));
                    for (Role role : Role.values()) {
                        assertAnswered(route, role, rule.allows(role, false), send(route, As.member(role), csrf()));
                        assertAnswered(route, role, rule.allows(role, true), send(route, As.role(role), csrf()));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> strangersAreLedToTheLogin() {
        return ofTheConsole()
                .map(route -> dynamicTest(route, () -> {
                    MockHttpServletResponse answer = send(route, csrf());
                    boolean led = "/console/login".equals(answer.getRedirectedUrl());

                    assertThat(led)
                            .as("%s: %s", route, answer.getStatus())
                            .isEqualTo(Objects.requireNonNull(RULES.get(route)).who() != Who.ANYBODY);
                }));
    }

    @TestFactory
    Stream<DynamicTest> nothingChangesWithoutTheTokenOfThePage() {
        return ofTheConsole()
                .filter(route -> !route.startsWith("GET "))
                .map(route -> dynamicTest(
                        route,
                        () -> assertThat(send(route, As.role(Role.OWNER)).getStatus())
                                .isEqualTo(403)));
    }

    @Test
    void whatNoRouteAnswersIsForNobody() throws Exception {
        for (String path : List.of("/console/new", "/console/settings/1")) {
            assertThat(send("GET " + path, As.role(Role.OWNER)).getStatus()).isEqualTo(404);
        }
    }

    private static void assertAnswered(String route, Role role, boolean allowed, MockHttpServletResponse answer) {
        if (allowed) {
            assertThat(answer.getStatus()).as("%s as %s", route, role).isIn(200, 302, 400, 404);
            assertThat(answer.getRedirectedUrl()).as("%s as %s", route, role).isNotEqualTo("/console/login");
        } else {
            assertThat(answer.getStatus()).as("%s as %s", route, role).isEqualTo(403);
        }
    }

    private MockHttpServletResponse send(String route, RequestPostProcessor... with) throws Exception {
        String[] parts = route.split(" ", 2);
        String path = parts[1].replaceAll("\\{[^}]*}", "none").replace("/**", "/none.css");
        MockHttpServletRequestBuilder request = request(HttpMethod.valueOf(parts[0]), path)
                .param("role", "VIEWER")
                .param("email", "nobody");
        for (RequestPostProcessor each : with) {
            request.with(each);
        }
        return console.perform(request).andReturn().getResponse();
    }

    private static Stream<String> ofTheConsole() {
        return RULES.keySet().stream()
                .filter(route -> route.contains(" /console"))
                .sorted();
    }

    /** Method and pattern of all that any mapping of the process answers. */
    private static Collection<String> routes(ApplicationContext context) {
        Collection<String> routes = new TreeSet<>();
        context.getBeansOfType(HandlerMapping.class).forEach((name, mapping) -> {
            switch (mapping) {
                case RequestMappingInfoHandlerMapping methods ->
                    methods.getHandlerMethods().keySet().forEach(each -> routes.addAll(routes(each)));
                case AbstractUrlHandlerMapping paths ->
                    paths.getHandlerMap().keySet().forEach(pattern -> routes.add("GET " + pattern));
                case RouterFunctionMapping functions ->
                    assertThat(functions.getRouterFunction()).as(name).isNull();
                default -> throw new AssertionError("no test knows the routes of %s".formatted(name));
            }
        });
        return routes;
    }

    private static List<String> routes(RequestMappingInfo info) {
        List<String> methods = info.getMethodsCondition().getMethods().isEmpty()
                ? List.of("*")
                : info.getMethodsCondition().getMethods().stream()
                        .map(Enum::name)
                        .toList();
        return info.getPatternValues().stream()
                .flatMap(pattern -> methods.stream().map(method -> method + " " + pattern))
                .toList();
    }

    private static Rule role(Area area, Access access) {
        return new Rule(Who.ROLES, area, access);
    }

    private static Rule operator(Area area, Access access) {
        return new Rule(Who.OPERATORS, area, access);
    }
}
