package dev.molink.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.model;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.view;

import dev.molink.console.testing.As;
import dev.molink.console.testing.ConsoleTest;
import dev.molink.console.testing.FakeFleet;
import dev.molink.console.testing.SampleFleets;
import dev.molink.controlplane.access.Role;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;

@ConsoleTest
class FleetControllerTests {

    @Autowired
    private MockMvc console;

    @Autowired
    private FakeFleet fleet;

    @Test
    void showsEveryNodeWithWhatItHoldsAndUses() throws Exception {
        fleet.set(SampleFleets.SERVING);

        console.perform(get("/console/fleet").with(As.role(Role.VIEWER)))
                .andExpect(status().isOk())
                .andExpect(view().name("fleet/fleet"))
                .andExpect(model().attributeExists("page", "frame"))
                .andExpect(content().string(containsString("data-node-id=\"node-attic\"")))
                .andExpect(content().string(containsString("data-node-id=\"node-cellar\"")))
                .andExpect(content().string(containsString("node-attic.example:50061")))
                .andExpect(content().string(containsString("[0, 20)")))
                .andExpect(content().string(containsString("21 GiB of 64 GiB")))
                .andExpect(content().string(containsString("610 of 2,048")))
                .andExpect(content().string(containsString("0.4 s ago")))
                .andExpect(content().string(containsString("epoch 7")));
    }

    @Test
    void showsEveryLinkWithItsRateDelayCodecAndDecodeWait() throws Exception {
        fleet.set(SampleFleets.DEGRADED);

        MvcResult result = console.perform(get("/console/fleet").with(As.role(Role.VIEWER)))
                .andExpect(content().string(containsString("data-links=\"qwen\"")))
                .andExpect(content().string(not(containsString("data-links=\"llama\""))))
                .andExpect(content().string(containsString("codec int8, sends fair")))
                .andExpect(content().string(containsString("stage 0 to 1")))
                .andExpect(content().string(containsString("stage 1 to the head")))
                .andExpect(content().string(containsString("98 Mbit/s")))
                .andExpect(content().string(containsString("15.2 ms")))
                .andExpect(content().string(containsString("1.8 ms")))
                .andExpect(content().string(containsString("42 %")))
                .andReturn();

        FleetPage page = (FleetPage)
                Objects.requireNonNull(result.getModelAndView()).getModel().get("page");
        assertThat(Objects.requireNonNull(page).pipelines().getFirst().links())
                .containsExactly(
                        new LinkView(0, 1, "98 Mbit/s", "15.2 ms", "1.8 ms", 42),
                        new LinkView(1, 0, "–", "0.3 ms", "–", 0));
    }

    @Test
    void saysWhichLayersNoNodeHolds() throws Exception {
        fleet.set(SampleFleets.DEGRADED);

        MvcResult result = console.perform(get("/console/fleet").with(As.role(Role.VIEWER)))
                .andExpect(content().string(containsString("no node holds layers [0, 8) and [24, 32)")))
                .andReturn();

        FleetPage page = (FleetPage)
                Objects.requireNonNull(result.getModelAndView()).getModel().get("page");
        assertThat(Objects.requireNonNull(page).pipelines())
                .filteredOn(pipeline -> !pipeline.serving())
                .flatExtracting(PipelineView::spans)
                .extracting(span -> span.layers() + " " + (span.held() ? span.nodeId() : "missing"))
                .containsExactly("[0, 8) missing", "[8, 24) node-garage", "[24, 32) missing");
    }

    @Test
    void tellsHowToStartANodeWhenThereIsNone() throws Exception {
        fleet.set(SampleFleets.EMPTY);

        console.perform(get("/console/fleet").with(As.role(Role.VIEWER)))
                .andExpect(content().string(containsString("./molink stage --model")))
                .andExpect(content().string(not(containsString("id=\"fleet\""))));
    }

    @Test
    void theLivePartIsTheTablesWithoutTheLayout() throws Exception {
        fleet.set(SampleFleets.SERVING);

        console.perform(get("/console/fleet/live").header("HX-Request", "true").with(As.role(Role.VIEWER)))
                .andExpect(status().isOk())
                .andExpect(content().string(containsString("data-node-id=\"node-attic\"")))
                .andExpect(content().string(not(containsString("<html"))))
                .andExpect(content().string(not(containsString("<form"))));
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, names = "FINANCE", mode = EnumSource.Mode.EXCLUDE)
    void everyRoleButFinanceSeesTheFleet(Role role) throws Exception {
        console.perform(get("/console/fleet").with(As.role(role))).andExpect(status().isOk());
    }

    @Test
    void financeDoesNotSeeTheFleetNorItsLivePart() throws Exception {
        console.perform(get("/console/fleet").with(As.role(Role.FINANCE))).andExpect(status().isForbidden());
        console.perform(get("/console/fleet/live").with(As.role(Role.FINANCE))).andExpect(status().isForbidden());
    }
}
