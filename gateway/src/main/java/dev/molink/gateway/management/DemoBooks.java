package dev.molink.gateway.management;

import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.admission.LimitMetric;
import dev.molink.controlplane.admission.LimitOwner;
import dev.molink.controlplane.admission.UsageLimit;
import dev.molink.controlplane.admission.UsageLimits;
import dev.molink.controlplane.audit.AuditEntry;
import dev.molink.controlplane.audit.AuditedWrites;
import dev.molink.controlplane.keys.ProjectSettings;
import dev.molink.controlplane.pricing.NewPrice;
import dev.molink.controlplane.pricing.Prices;
import dev.molink.controlplane.profit.CostProfile;
import dev.molink.controlplane.profit.CostProfiles;
import dev.molink.controlplane.profit.NewCostProfile;
import dev.molink.controlplane.profit.NodeCost;
import dev.molink.controlplane.tenancy.ProjectSummary;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Books to look at in a demonstration: a price for its model, costs for its nodes, and a monthly budget for its tenant. What
 * somebody has set already stays as it is.
 */
@Component
final class DemoBooks {

    private static final Logger LOG = LoggerFactory.getLogger(DemoBooks.class);
    private static final AdminCaller START = new AdminCaller(ActorKind.SYSTEM, "environment", null, Role.OWNER);
    private static final String CURRENCY = "USD";
    private static final BigDecimal PROMPT = new BigDecimal("0.15");
    private static final BigDecimal CACHED = new BigDecimal("0.075");
    private static final BigDecimal GENERATED = new BigDecimal("0.60");
    private static final BigDecimal RENT_PER_HOUR = new BigDecimal("0.02");
    private static final BigDecimal NETWORK_PER_GIGABYTE = new BigDecimal("0.01");
    private static final BigDecimal BUDGET = new BigDecimal("5");

    private final Prices prices;
    private final CostProfiles costs;
    private final UsageLimits limits;
    private final ProjectSettings projects;
    private final AuditedWrites writes;

    DemoBooks(Prices prices, CostProfiles costs, UsageLimits limits, ProjectSettings projects, AuditedWrites writes) {
        this.prices = prices;
        this.costs = costs;
        this.limits = limits;
        this.projects = projects;
        this.writes = writes;
    }

    /** Opens the books of the demonstration's project, for the model of this name. */
    void open(ProjectSummary project, String model) {
        if (!prices.versions(model, null).isEmpty()) {
            return;
        }
        writes.run(
                () -> {
                    prices.create(
                            new NewPrice(model, null, PROMPT, CACHED, GENERATED, BigDecimal.ZERO, CURRENCY, null),
                            START.actorId());
                    projects.bill(project.projectId(), true);
                    setCosts();
                    setBudget(project);
                    return project;
                },
                opened -> List.of(new AuditEntry(
                        START,
                        "demo.books_opened",
                        opened.projectId(),
                        opened.organizationId(),
                        Map.of(),
                        Map.of("model", model, "budget", BUDGET.toPlainString(), "currency", CURRENCY),
                        "")));
        LOG.info("the demonstration has prices, costs and a budget of {} {} a month", BUDGET, CURRENCY);
    }

    private void setCosts() {
        if (costs.versions(CostProfile.ANY_NODE).isEmpty()) {
            NodeCost rent = new NodeCost.Rent(RENT_PER_HOUR);
            costs.create(
                    new NewCostProfile(CostProfile.ANY_NODE, rent, NETWORK_PER_GIGABYTE, CURRENCY, null),
                    START.actorId());
        }
    }

    private void setBudget(ProjectSummary project) {
        LimitOwner owner = LimitOwner.organization(project.organizationId());
        if (limits.find(owner, LimitMetric.BUDGET_PER_MONTH, CURRENCY).isEmpty()) {
            limits.set(owner, LimitMetric.BUDGET_PER_MONTH, BUDGET, UsageLimit.Mode.HARD, CURRENCY);
        }
    }
}
