package dev.molink.console.overview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.view;

import dev.molink.console.testing.As;
import dev.molink.console.testing.ConsoleTest;
import dev.molink.console.testing.FakeFleet;
import dev.molink.console.testing.SampleFleets;
import dev.molink.console.testing.TestConsole;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.fleet.FleetSnapshot;
import dev.molink.controlplane.usage.UsageTotals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.MockMvc;

@ConsoleTest
class OverviewControllerTests {

    private static final UsageTotals NO_USAGE = new UsageTotals(0, 0, 0, 0);

    @Autowired
    private MockMvc console;

    @Autowired
    private FakeFleet fleet;

    @Test
    void theConsoleOpensWithTheOverview() throws Exception {
        console.perform(get("/console").with(As.role(Role.VIEWER))).andExpect(redirectedUrl("/console/overview"));
    }

    @Test
    void showsHealthAndFigures() throws Exception {
        fleet.set(SampleFleets.DEGRADED);

        console.perform(get("/console/overview").with(As.role(Role.OWNER)))
                .andExpect(status().isOk())
                .andExpect(view().name("overview/overview"))
                .andExpect(content().string(containsString("data-health=\"DEGRADED\"")))
                .andExpect(content().string(containsString("1 of 2")))
                .andExpect(content().string(containsString("30 %")));
    }

    @Test
    void saysWhoseFiguresAMemberSees() throws Exception {
        console.perform(get("/console/overview").with(As.member(Role.VIEWER)))
                .andExpect(content()
                        .string(containsString("<strong>" + TestConsole.ORGANIZATION + "</strong> <code>org")));
        console.perform(get("/console/overview").with(As.role(Role.VIEWER)))
                .andExpect(content().string(not(containsString("data-organization-id"))));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void everyRoleSeesTheOverviewAndOnlyItsOwnAreas(Role role) throws Exception {
        var page = console.perform(get("/console/overview").with(As.role(role))).andExpect(status().isOk());

        if (role == Role.FINANCE) {
            page.andExpect(content().string(not(containsString("href=\"/console/keys\""))));
        } else {
            page.andExpect(content().string(containsString("href=\"/console/keys\"")));
        }
    }

    @Test
    void theLivePartComesWithoutTheLayout() throws Exception {
        console.perform(get("/console/overview/live")
                        .header("HX-Request", "true")
                        .with(As.role(Role.FINANCE)))
                .andExpect(status().isOk())
                .andExpect(content().string(containsString("data-health")))
                .andExpect(content().string(not(containsString("<html"))));
    }

    @Test
    void healthFollowsThePipelines() {
        assertThat(health(SampleFleets.EMPTY)).isEqualTo(Health.EMPTY);
        assertThat(health(SampleFleets.SERVING)).isEqualTo(Health.SERVING);
        assertThat(health(SampleFleets.DEGRADED)).isEqualTo(Health.DEGRADED);
        assertThat(health(SampleFleets.DOWN)).isEqualTo(Health.DOWN);
    }

    @Test
    void aSequenceOnEveryStageOfAPipelineCountsOnce() {
        OverviewPage page = OverviewPage.of(SampleFleets.SERVING, NO_USAGE);

        assertThat(page.running()).isEqualTo(3);
        assertThat(page.waiting()).isEqualTo(1);
    }

    private static Health health(FleetSnapshot snapshot) {
        return OverviewPage.of(snapshot, NO_USAGE).health();
    }
}
