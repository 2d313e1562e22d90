package dev.molink.gateway.testing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A route with values for its path variables. */
public record RouteSample(
        String method,
        String path,
        Map<String, String> variables,
        @Nullable String body) {

    private static final Pattern VARIABLE = Pattern.compile("\\{\\*?([^}]+)}");

    /** Makes a new object in the tenant and returns its id. */
    @FunctionalInterface
    public interface Maker {

        /** @param earlier values of the path's variables before this one, by name */
        String make(Tenant tenant, Map<String, String> earlier);
    }

    /** What the parts have described. */
    public static final class Registry {

        private record Variable(String prefix, String name, Maker maker) {}

        private static final Maker NO_FIELDS = (tenant, variables) -> "{}";

        private final List<Variable> variables = new ArrayList<>();
        private final Map<String, Maker> bodies = new HashMap<>();
        private final Map<String, String> queries = new HashMap<>();
        private final Map<String, BiConsumer<Tenant, Map<String, String>>> givens = new HashMap<>();

        /**
         * Says how the values of a path variable are made, each time anew.
         *
         * @param pathPrefix of the paths that it holds for, such as {@code /v1/organization/projects/}; the longest counts
         * @param name of the variable, without braces
         */
        public Registry variable(String pathPrefix, String name, Maker maker) {
            variables.add(new Variable(pathPrefix, name, maker));
            return this;
        }

        /** A body with which the route answers 2xx; single quotes stand for double ones. {@code POST /v1/…} */
        public Registry body(String route, String json) {
            return body(route, (tenant, variables) -> json);
        }

        /** The same for a body that names objects of the tenant. */
        public Registry body(String route, Maker json) {
            bodies.put(route, json);
            return this;
        }

        /** A query that the route needs, such as {@code start_time=0}. */
        public Registry query(String route, String query) {
            queries.put(route, query);
            return this;
        }

        /** What must be there before the route is asked, so that it has something to change; its variables by name. */
        public Registry given(String route, BiConsumer<Tenant, Map<String, String>> given) {
            givens.put(route, given);
            return this;
        }

        /** Whether a body was given with which the route must succeed. */
        public boolean mustSucceed(String method, String pattern) {
            return method.equals("GET") || method.equals("DELETE") || bodies.containsKey(method + " " + pattern);
        }

        /** The route with objects of {@code tenant}, made anew. */
        public RouteSample sample(String method, String pattern, Tenant tenant) {
            Map<String, String> values = new LinkedHashMap<>();
            Matcher variable = VARIABLE.matcher(pattern);
            StringBuilder path = new StringBuilder();
            while (variable.find()) {
                String name = variable.group(1);
                String value = maker(pattern, name).make(tenant, values);
                values.put(name, value);
                variable.appendReplacement(path, Matcher.quoteReplacement(value));
            }
            variable.appendTail(path);
            givens.getOrDefault(method + " " + pattern, (here, nothing) -> {}).accept(tenant, values);
            String query = queries.get(method + " " + pattern);
            return new RouteSample(
                    method,
                    query == null ? path.toString() : path + "?" + query,
                    Map.copyOf(values),
                    method.equals("GET") || method.equals("DELETE")
                            ? null
                            : bodies.getOrDefault(method + " " + pattern, NO_FIELDS)
                                    .make(tenant, values));
        }

        private Maker maker(String pattern, String name) {
            return variables.stream()
                    .filter(each -> each.name().equals(name) && pattern.startsWith(each.prefix()))
                    .max(Comparator.comparingInt(each -> each.prefix().length()))
                    .map(Variable::maker)
                    .orElseThrow(() -> new AssertionError(
                            "no RouteSamples tells how {%s} of %s is made; see dev.molink.gateway.testing.RouteSamples"
                                    .formatted(name, pattern)));
        }
    }

    /** Sends it with this key. */
    public ApiClient.Answer send(int port, String key, @Nullable String organization) {
        return new ApiClient(port, key).send(path, request -> {
            if (organization != null) {
                request.header("OpenAI-Organization", organization);
            }
            if (body == null) {
                return request.method(method, java.net.http.HttpRequest.BodyPublishers.noBody());
            }
            return request.header("Content-Type", "application/json")
                    .method(
                            method,
                            java.net.http.HttpRequest.BodyPublishers.ofString(
                                    Objects.requireNonNull(body).replace('\'', '"')));
        });
    }
}
