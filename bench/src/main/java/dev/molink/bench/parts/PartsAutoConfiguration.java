package dev.molink.bench.parts;

import dev.molink.controlplane.admission.Admissions;
import dev.molink.controlplane.admission.LimitMetric;
import dev.molink.controlplane.admission.LimitOwner;
import dev.molink.controlplane.admission.UsageLimit;
import dev.molink.controlplane.admission.UsageLimits;
import dev.molink.controlplane.keys.ProjectSettings;
import dev.molink.controlplane.pricing.NewPrice;
import dev.molink.controlplane.pricing.Prices;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.nodes.RequestReports;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Active where {@code molink.bench.model} names the model that is measured. {@code molink.bench.without} lists the {@link
 * Part parts} that are left out.
 */
@AutoConfiguration
@ConditionalOnProperty("molink.bench.model")
public class PartsAutoConfiguration {

    private static final String DEMO = "demo";
    /** So far away that nothing is refused, and yet counted at each request. */
    private static final BigDecimal FAR = new BigDecimal("1000000000000");

    @Bean
    static BeanPostProcessor partsLeftOut(Environment environment, ObjectProvider<Tenancy> tenancy) {
        Set<Part> without = without(environment);
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof RequestReports && without.contains(Part.SETTLEMENT)) {
                    return new ForgottenReports();
                }
                if (bean instanceof Admissions && without.contains(Part.RESERVATION)) {
                    return new OpenAdmissions();
                }
                if (bean instanceof SecurityFilterChain chain
                        && name.equals("api")
                        && without.contains(Part.AUTHENTICATION)) {
                    return new OpenChain(chain, () -> demo(tenancy.getObject()));
                }
                return bean;
            }
        };
    }

    @Bean
    ApplicationRunner billedAndLimited(
            Environment environment, Tenancy tenancy, ProjectSettings projects, Prices prices, UsageLimits limits) {
        return _ -> {
            ProjectSummary project = demo(tenancy);
            price(prices, environment.getRequiredProperty("molink.bench.model"));
            projects.bill(project.projectId(), true);
            if (!without(environment).contains(Part.LIMITS)) {
                limit(limits, project);
            }
        };
    }

    private static ProjectSummary demo(Tenancy tenancy) {
        return tenancy.ensureProject(DEMO, DEMO);
    }

    static void price(Prices prices, String model) {
        if (prices.versions(model, null).isEmpty()) {
            prices.create(
                    new NewPrice(
                            model,
                            null,
                            new BigDecimal("0.15"),
                            new BigDecimal("0.075"),
                            new BigDecimal("0.6"),
                            BigDecimal.ZERO,
                            "USD",
                            null),
                    "bench");
        }
    }

    static void limit(UsageLimits limits, ProjectSummary project) {
        LimitOwner organization = LimitOwner.organization(project.organizationId());
        LimitOwner owner = LimitOwner.project(project.projectId());
        limits.set(owner, LimitMetric.REQUESTS_PER_MINUTE, FAR, UsageLimit.Mode.HARD, "");
        limits.set(owner, LimitMetric.TOKENS_PER_MINUTE, FAR, UsageLimit.Mode.HARD, "");
        limits.set(owner, LimitMetric.CONCURRENT_REQUESTS, FAR, UsageLimit.Mode.HARD, "");
        limits.set(owner, LimitMetric.BUDGET_PER_MONTH, FAR, UsageLimit.Mode.HARD, "USD");
        limits.set(organization, LimitMetric.TOKENS_PER_DAY, FAR, UsageLimit.Mode.HARD, "");
    }

    private static Set<Part> without(Environment environment) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        Stream.of(environment.getProperty("molink.bench.without", "").split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .map(word -> Part.valueOf(word.toUpperCase(Locale.ROOT)))
                .forEach(parts::add);
        return parts;
    }
}
