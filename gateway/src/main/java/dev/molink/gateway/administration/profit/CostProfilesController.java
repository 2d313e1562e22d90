package dev.molink.gateway.administration.profit;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.profit.CostProfile;
import dev.molink.controlplane.profit.CostProfiles;
import dev.molink.controlplane.profit.NewCostProfile;
import dev.molink.controlplane.profit.NodeCost;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /admin/v1/nodes/cost_profiles}: what running each node costs, in versions. {@code POST} adds one: {@code node_id}
 * (or {@code *} for every node without its own), {@code currency}, {@code effective_from} (a Unix second, past or future; now
 * without it), {@code price_per_gigabyte} of what the node sends (0 without it), and either {@code rent_per_hour} or all of
 * {@code purchase_price}, {@code life_hours}, {@code busy_watts}, {@code idle_watts}, {@code price_per_kwh}. Amounts are
 * decimals in strings.
 */
@RestController
final class CostProfilesController {

    static final String PATH = "/admin/v1/nodes/cost_profiles";
    private static final long LAST_SECOND = 253_402_300_799L; // of the year 9999

    private final CostProfiles profiles;

    CostProfilesController(CostProfiles profiles) {
        this.profiles = profiles;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.PROFIT, access = Access.VIEW, operatorOnly = true)
    void list(AdminExchange exchange) throws IOException {
        exchange.sendPage(
                Page.of(profiles.versions(exchange.query("node_id")), exchange.paging(), CostProfilesController::id),
                CostProfilesController::id,
                CostProfilesController::answer);
    }

    @PostMapping(PATH)
    @AdminRoute(area = Area.PROFIT, access = Access.MANAGE, operatorOnly = true)
    void create(AdminExchange exchange) throws IOException {
        NewCostProfile wanted = wanted(exchange.body());
        CostProfile created = exchange.change(() -> {
            CostProfile profile = profiles.create(wanted, exchange.caller().actorId());
            exchange.auditInstallation("node_cost_profile.created", id(profile), Map.of(), fields(profile));
            return profile;
        });
        exchange.send(answer(created));
    }

    private static NewCostProfile wanted(Fields body) {
        Long from = body.longInteger("effective_from", 0, LAST_SECOND);
        BigDecimal perGigabyte = amount(body, "price_per_gigabyte");
        return new NewCostProfile(
                body.requireString("node_id"),
                cost(body),
                perGigabyte == null ? BigDecimal.ZERO : perGigabyte,
                body.requireString("currency"),
                from == null ? null : Instant.ofEpochSecond(from));
    }

    private static NodeCost cost(Fields body) {
        BigDecimal rent = amount(body, "rent_per_hour");
        if (rent == null) {
            return new NodeCost.Purchase(
                    require(body, "purchase_price"),
                    require(body, "life_hours"),
                    require(body, "busy_watts"),
                    require(body, "idle_watts"),
                    require(body, "price_per_kwh"));
        }
        if (body.value("purchase_price") != null) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    "purchase_price",
                    "A node is rented or bought: send 'rent_per_hour' or 'purchase_price', not both.");
        }
        return new NodeCost.Rent(rent);
    }

    private static BigDecimal require(Fields body, String name) {
        body.require(name);
        BigDecimal amount = amount(body, name);
        return amount == null ? BigDecimal.ZERO : amount;
    }

    private static @Nullable BigDecimal amount(Fields body, String name) {
        String text = body.string(name);
        if (text == null) {
            return null;
        }
        try {
            return new BigDecimal(text.strip());
        } catch (NumberFormatException noDecimal) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    name,
                    "Invalid '%s': expected a decimal in a string such as \"0.25\".".formatted(name));
        }
    }

    private static String id(CostProfile profile) {
        return "%s:%d".formatted(profile.nodeId(), profile.version());
    }

    private static Map<String, Object> answer(CostProfile profile) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("object", "node_cost_profile");
        answer.put("id", id(profile));
        answer.put("version", profile.version());
        answer.put("effective_from", profile.effectiveFrom().getEpochSecond());
        answer.putAll(fields(profile));
        answer.put("busy_per_hour", ProfitAnswers.plain(profile.cost().busyPerHour()));
        answer.put("idle_per_hour", ProfitAnswers.plain(profile.cost().idlePerHour()));
        answer.put("created_at", profile.createdAt().getEpochSecond());
        answer.put("created_by", profile.createdBy());
        return answer;
    }

    private static Map<String, String> fields(CostProfile profile) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("node_id", profile.nodeId());
        fields.put("currency", profile.currency());
        switch (profile.cost()) {
            case NodeCost.Rent rent -> fields.put("rent_per_hour", ProfitAnswers.plain(rent.perHour()));
            case NodeCost.Purchase bought -> {
                fields.put("purchase_price", ProfitAnswers.plain(bought.price()));
                fields.put("life_hours", ProfitAnswers.plain(bought.lifeHours()));
                fields.put("busy_watts", ProfitAnswers.plain(bought.busyWatts()));
                fields.put("idle_watts", ProfitAnswers.plain(bought.idleWatts()));
                fields.put("price_per_kwh", ProfitAnswers.plain(bought.pricePerKwh()));
            }
        }
        fields.put("price_per_gigabyte", ProfitAnswers.plain(profile.pricePerGigabyte()));
        return fields;
    }
}
