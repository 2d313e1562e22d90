package dev.molink.gateway.administration.money;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.access.Organizations;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.pricing.Charge;
import dev.molink.controlplane.pricing.Decimals;
import dev.molink.controlplane.pricing.NewPrice;
import dev.molink.controlplane.pricing.PriceBook;
import dev.molink.controlplane.pricing.PriceRule;
import dev.molink.controlplane.pricing.PriceVersion;
import dev.molink.controlplane.pricing.Prices;
import dev.molink.controlplane.pricing.TokenCounts;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /admin/v1/prices}: a tenant sees those that hold for it; the operator sees all and alone sets them. */
@RestController
final class PricesController {

    private static final String PATH = "/admin/v1/prices";
    private static final String ONE = PATH + "/{price_id}";
    private static final String OBJECT = "price";
    /** Has no prices of its own. */
    private static final String NO_TENANT = "";

    private final Prices prices;
    private final PriceBook book;
    private final Organizations organizations;
    private final InstantSource clock;

    PricesController(Prices prices, PriceBook book, Organizations organizations, InstantSource clock) {
        this.prices = prices;
        this.book = book;
        this.organizations = organizations;
        this.clock = clock;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.PRICES, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        String organization = exchange.isOperator() ? exchange.query("organization_id") : exchange.organizationId();
        Page<PriceVersion> page = Page.of(
                prices.versions(exchange.query("model"), organization),
                exchange.paging(),
                version -> version.rule().ruleId());
        exchange.sendPage(page, version -> version.rule().ruleId(), Answer::of);
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.PRICES, access = Access.VIEW)
    void one(AdminExchange exchange, @PathVariable("price_id") String priceId) throws IOException {
        PriceVersion version = prices.find(priceId)
                .filter(found -> isVisible(found.rule(), exchange))
                .orElseThrow(() -> AdminExchange.notFound(OBJECT, priceId));
        exchange.send(Answer.of(version));
    }

    @PostMapping(PATH)
    @AdminRoute(area = Area.PRICES, access = Access.MANAGE, operatorOnly = true)
    void create(AdminExchange exchange) throws IOException {
        NewPrice wanted = wanted(exchange.body());
        PriceVersion created = exchange.change(() -> {
            PriceVersion version = prices.create(wanted, exchange.caller().actorId());
            exchange.auditInstallation("price.created", version.rule().ruleId(), Map.of(), audited(version));
            return version;
        });
        exchange.send(Answer.of(created));
    }

    @PostMapping(ONE + "/withdraw")
    @AdminRoute(area = Area.PRICES, access = Access.MANAGE, operatorOnly = true)
    void withdraw(AdminExchange exchange, @PathVariable("price_id") String priceId) throws IOException {
        PriceVersion withdrawn = exchange.change(() -> {
            PriceVersion version = prices.withdraw(priceId, exchange.caller().actorId());
            exchange.auditInstallation("price.withdrawn", priceId, audited(version), Map.of());
            return version;
        });
        exchange.send(Answer.of(withdrawn));
    }

    /** What a request of this size would cost the caller's organization, or the one that an operator names, or any other. */
    @PostMapping(PATH + "/preview")
    @AdminRoute(area = Area.PRICES, access = Access.VIEW)
    void preview(AdminExchange exchange) throws IOException {
        Fields body = exchange.body();
        String model = body.requireString("model");
        String organization = exchange.isOperator() ? named(body) : exchange.organizationId();
        Instant given = MoneyFields.instant("at", body.string("at"));
        TokenCounts tokens = tokens(body);
        PriceRule rule = book.find(
                        model, organization == null ? NO_TENANT : organization, given == null ? clock.instant() : given)
                .orElseThrow(() -> AdminExchange.notFound("price of the model", model));
        exchange.send(Preview.of(rule, tokens, rule.charge(tokens)));
    }

    /** The id of the organization that the body names; null when it names none. */
    private @Nullable String named(Fields body) {
        String name = body.string("organization_id");
        return name == null
                ? null
                : organizations.find(name).orElseThrow(() -> AdminExchange.notFound("organization", name));
    }

    private NewPrice wanted(Fields body) {
        return new NewPrice(
                body.requireString("model"),
                named(body),
                MoneyFields.requireDecimal(body, "prompt_per_million"),
                MoneyFields.requireDecimal(body, "cached_per_million"),
                MoneyFields.requireDecimal(body, "generated_per_million"),
                MoneyFields.decimal(body, "minimum_charge", BigDecimal.ZERO),
                body.requireString("currency"),
                MoneyFields.instant("effective_from", body.string("effective_from")));
    }

    private static TokenCounts tokens(Fields body) {
        long prompt = count(body, "prompt_tokens", Long.MAX_VALUE);
        return new TokenCounts(
                prompt, count(body, "cached_tokens", prompt), count(body, "generated_tokens", Long.MAX_VALUE));
    }

    private static long count(Fields body, String name, long most) {
        Long tokens = body.longInteger(name, 0, most);
        return tokens == null ? 0 : tokens;
    }

    private static boolean isVisible(PriceRule rule, AdminExchange exchange) {
        return exchange.isOperator()
                || rule.organizationId() == null
                || rule.organizationId().equals(exchange.organizationId());
    }

    private static Map<String, String> audited(PriceVersion version) {
        PriceRule rule = version.rule();
        Map<String, String> fields = new HashMap<>(Map.of(
                "model", rule.model(),
                "prompt_per_million", rule.promptPerMillion().toPlainString(),
                "cached_per_million", rule.cachedPerMillion().toPlainString(),
                "generated_per_million", rule.generatedPerMillion().toPlainString(),
                "minimum_charge", rule.minimumCharge().toPlainString(),
                "currency", rule.currency(),
                "effective_from", rule.effectiveFrom().toString()));
        if (rule.organizationId() != null) {
            fields.put("organization_id", rule.organizationId());
        }
        return fields;
    }

    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Answer(
            String object,
            String id,
            String model,
            @JsonProperty("organization_id") @Nullable String organizationId,
            @JsonProperty("prompt_per_million") String promptPerMillion,
            @JsonProperty("cached_per_million") String cachedPerMillion,
            @JsonProperty("generated_per_million") String generatedPerMillion,
            @JsonProperty("minimum_charge") String minimumCharge,
            String currency,
            @JsonProperty("effective_from") String effectiveFrom,
            @JsonProperty("created_at") String createdAt,
            @JsonProperty("created_by") String createdBy,
            @JsonProperty("withdrawn_at") @Nullable String withdrawnAt,
            @JsonProperty("withdrawn_by") @Nullable String withdrawnBy) {

        static Answer of(PriceVersion version) {
            PriceRule rule = version.rule();
            return new Answer(
                    OBJECT,
                    rule.ruleId(),
                    rule.model(),
                    rule.organizationId(),
                    rule.promptPerMillion().toPlainString(),
                    rule.cachedPerMillion().toPlainString(),
                    rule.generatedPerMillion().toPlainString(),
                    rule.minimumCharge().toPlainString(),
                    rule.currency(),
                    rule.effectiveFrom().toString(),
                    version.createdAt().toString(),
                    version.createdBy(),
                    MoneyFields.text(version.withdrawnAt()),
                    version.withdrawnBy());
        }
    }

    private record Preview(
            String object,
            @JsonProperty("price_id") String priceId,
            String model,
            @JsonProperty("prompt_tokens") long promptTokens,
            @JsonProperty("cached_tokens") long cachedTokens,
            @JsonProperty("generated_tokens") long generatedTokens,
            @JsonProperty("prompt_amount") String promptAmount,
            @JsonProperty("cached_amount") String cachedAmount,
            @JsonProperty("generated_amount") String generatedAmount,
            @JsonProperty("minimum_amount") String minimumAmount,
            String amount,
            String currency) {

        static Preview of(PriceRule rule, TokenCounts tokens, Charge charge) {
            return new Preview(
                    "price.preview",
                    rule.ruleId(),
                    rule.model(),
                    tokens.promptTokens(),
                    tokens.cachedTokens(),
                    tokens.generatedTokens(),
                    text(charge.prompt()),
                    text(charge.cached()),
                    text(charge.generated()),
                    text(charge.minimum()),
                    text(charge.total()),
                    charge.currency());
        }

        private static String text(BigDecimal amount) {
            return Decimals.plain(amount).toPlainString();
        }
    }
}
