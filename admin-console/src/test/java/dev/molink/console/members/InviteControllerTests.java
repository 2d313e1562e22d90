package dev.molink.console.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.molink.console.testing.As;
import dev.molink.console.testing.ConsoleTest;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.members.CreatedInvite;
import dev.molink.controlplane.members.Invites;
import dev.molink.controlplane.members.Members;
import dev.molink.controlplane.tenancy.Tenancy;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;

@ConsoleTest
class InviteControllerTests {

    @Autowired
    private MockMvc console;

    @Autowired
    private Members members;

    @Autowired
    private Invites invites;

    @Autowired
    private Accounts accounts;

    @Autowired
    private Tenancy tenancy;

    private String organization = "";

    @BeforeEach
    void prepareOrganization() {
        organization = tenancy.ensureOrganization("org " + UUID.randomUUID()).organizationId();
    }

    @Test
    void somebodyNewChoosesAPasswordAndLogsIn() throws Exception {
        CreatedInvite invite = invite(address());

        open(invite).andExpect(content().string(containsString("id=\"invite-password\"")));
        console.perform(post("/console/invite")
                        .param("token", invite.token())
                        .param("name", "Ada")
                        .param("password", "correct horse")
                        .with(csrf()))
                .andExpect(redirectedUrl("/console/login?outcome=ACCEPTED"));
        console.perform(post("/console/login")
                        .param("username", invite.invite().email())
                        .param("password", "correct horse")
                        .with(csrf()))
                .andExpect(redirectedUrl("/console/overview"));

        assertThat(members.list(organization))
                .singleElement()
                .satisfies(member -> assertThat(member.name()).isEqualTo("Ada"));
        open(invite).andExpect(content().string(containsString("This invitation is over")));
    }

    @Test
    void aShortPasswordIsToldAndWhatWasTypedIsKept() throws Exception {
        CreatedInvite invite = invite(address());

        console.perform(post("/console/invite")
                        .param("token", invite.token())
                        .param("name", "Ada")
                        .param("password", "short")
                        .with(csrf()))
                .andExpect(status().isOk())
                .andExpect(content().string(containsString("A password has 8 to 200 characters")))
                .andExpect(content().string(containsString("value=\"Ada\"")));

        assertThat(members.list(organization)).isEmpty();
    }

    @Test
    void somebodyWithAnAccountLogsInFirstAndThenConfirms() throws Exception {
        AccountSummary account = accounts.createMember(address(), "Ada", accounts.hashed("correct horse"));
        String before = tenancy.ensureOrganization("org " + UUID.randomUUID()).organizationId();
        members.add(before, account.accountId(), Role.VIEWER);
        CreatedInvite invite = invite(account.login());

        open(invite)
                .andExpect(content().string(containsString("You have an account already")))
                .andExpect(content().string(not(containsString("id=\"invite-password\""))));
        console.perform(post("/console/invite")
                .param("token", invite.token())
                .param("password", "another password")
                .with(csrf()));
        assertThat(members.list(organization)).isEmpty();
        assertThat(accounts.authenticate(account.login(), "another password")).isEmpty();

        console.perform(get("/console/invite").param("token", invite.token()).with(As.member(Role.OWNER)))
                .andExpect(content().string(containsString("for somebody else")));
        console.perform(post("/console/invite")
                        .param("token", invite.token())
                        .with(As.login(account.login()))
                        .with(csrf()))
                .andExpect(redirectedUrl("/console/overview"));
        assertThat(members.list(organization)).hasSize(1);
    }

    @Test
    void anUnknownTokenOpensNothing() throws Exception {
        console.perform(get("/console/invite").param("token", "invite_unknown"))
                .andExpect(status().isOk())
                .andExpect(content().string(containsString("This invitation is over")));
        console.perform(get("/console/invite")).andExpect(status().isOk());
        console.perform(post("/console/invite").param("token", "invite_unknown").with(csrf()))
                .andExpect(content().string(containsString("This invitation is over")));
        console.perform(post("/console/invite").param("token", "invite_unknown"))
                .andExpect(status().isForbidden());
    }

    private ResultActions open(CreatedInvite invite) throws Exception {
        return console.perform(get("/console/invite").param("token", invite.token()))
                .andExpect(status().isOk());
    }

    private CreatedInvite invite(String address) {
        return invites.create(organization, address, Role.DEVELOPER, List.of(), Invites.DEFAULT_VALIDITY);
    }

    private static String address() {
        return UUID.randomUUID() + "@example.com";
    }
}
