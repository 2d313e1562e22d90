package dev.molink.cli.keys;

import dev.molink.cli.deployment.ManagementClient;
import dev.molink.controlplane.keys.IpRange;
import dev.molink.controlplane.keys.KeyScope;
import dev.molink.controlplane.keys.NewKey;
import dev.molink.controlplane.tenancy.Tenancy;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Keys through the management port of a running gateway. */
public final class GatewayKeyStore implements KeyStore {

    private static final String PATH = "/actuator/keys";
    private static final String ADMIN_KEYS = "/actuator/adminkeys";
    private static final String PROJECTS = "/actuator/projects";

    private final ManagementClient management;

    public GatewayKeyStore(ManagementClient management) {
        this.management = management;
    }

    @Override
    public String create(String project, NewKey key) throws IOException, InterruptedException {
        Map<String, Object> fields = new HashMap<>();
        fields.put("name", key.name());
        fields.put("project", project);
        putBound(fields, "models", key.scope().models());
        putBound(fields, "endpoints", key.scope().endpoints());
        putBound(fields, "ipRanges", key.scope().ipRanges());
        if (key.lifetime() != null) {
            fields.put("expiresInDays", key.lifetime().toDays());
        }
        return answer("POST", PATH, JsonMapper.shared().writeValueAsString(fields))
                .get("text")
                .asString();
    }

    /** The management port takes lists with commas between their entries, and none has one within. */
    private static void putBound(Map<String, Object> fields, String name, List<?> entries) {
        if (!entries.isEmpty()) {
            fields.put(name, entries.stream().map(Object::toString).collect(Collectors.joining(",")));
        }
    }

    @Override
    public String createAdmin(NewAdmin key) throws IOException, InterruptedException {
        Map<String, Object> fields = new HashMap<>();
        fields.put("name", key.name());
        fields.put("role", key.role());
        if (key.organization() != null) {
            fields.put("organization", key.organization());
        }
        if (key.expiresInDays() != null) {
            fields.put("expiresInDays", key.expiresInDays());
        }
        return answer("POST", ADMIN_KEYS, JsonMapper.shared().writeValueAsString(fields))
                .get("text")
                .asString();
    }

    @Override
    public List<Row> list() throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        for (JsonNode key : answer("GET", PATH, "").get("keys")) {
            rows.add(new Row(
                    key.get("keyId").asString(),
                    key.get("projectName").asString(),
                    key.get("name").asString(),
                    key.get("redacted").asString(),
                    scope(key),
                    Instant.parse(key.get("createdAt").asString()),
                    instant(key.get("expiresAt")),
                    instant(key.get("revokedAt"))));
        }
        return rows;
    }

    @Override
    public void revoke(String keyId) throws IOException, InterruptedException {
        answer("DELETE", PATH + "/" + keyId, "");
    }

    @Override
    public void sharePrefixCache(String project, boolean share) throws IOException, InterruptedException {
        for (JsonNode each : answer("GET", PROJECTS, "").get("projects")) {
            if (each.get("organizationName").asString().equals(Tenancy.DEFAULT_ORGANIZATION)
                    && each.get("name").asString().equals(project)) {
                String body = JsonMapper.shared().writeValueAsString(Map.of("sharesPrefixCache", share));
                answer("POST", PROJECTS + "/" + each.get("projectId").asString(), body);
                return;
            }
        }
        throw new IllegalArgumentException("there is no project named '%s'".formatted(project));
    }

    private JsonNode answer(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> response = management.send(method, path, body);
        if (response.statusCode() / 100 == 2) {
            return JsonMapper.shared().readTree(response.body().isEmpty() ? "{}" : response.body());
        }
        if (response.statusCode() / 100 == 4 && response.body().contains("\"error\"")) {
            throw new IllegalArgumentException(
                    JsonMapper.shared().readTree(response.body()).get("error").asString());
        }
        throw new IOException(
                "the gateway answered %d to %s %s; see its log".formatted(response.statusCode(), method, path));
    }

    private static KeyScope scope(JsonNode key) {
        return new KeyScope(
                strings(key.get("models")).toList(),
                strings(key.get("endpoints")).toList(),
                strings(key.get("ipRanges")).map(IpRange::of).toList());
    }

    private static Stream<String> strings(JsonNode list) {
        return list.valueStream().map(JsonNode::asString);
    }

    private static @Nullable Instant instant(@Nullable JsonNode value) {
        return value == null || value.isNull() ? null : Instant.parse(value.asString());
    }

    @Override
    public void close() {
        // Nothing is held open between calls.
    }
}
