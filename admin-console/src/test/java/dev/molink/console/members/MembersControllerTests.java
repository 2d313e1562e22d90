package dev.molink.console.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.flash;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.view;

import dev.molink.console.testing.As;
import dev.molink.console.testing.ConsoleTest;
import dev.molink.console.testing.TestConsole;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.members.Invite;
import dev.molink.controlplane.members.Invites;
import dev.molink.controlplane.members.Member;
import dev.molink.controlplane.members.Members;
import dev.molink.controlplane.tenancy.Tenancy;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.test.web.servlet.MockMvc;

@ConsoleTest
class MembersControllerTests {

    private static final String WHOSE =
            "data-organization-id=\"%s\"><span>Organization</span> <strong>%s</strong> <code>%s</code>";

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

    @Autowired
    private JdbcClient database;

    private String organization = "";
    private String member = "";

    @BeforeEach
    void prepareMember() {
        organization = tenancy.ensureOrganization(TestConsole.ORGANIZATION).organizationId();
        member = accounts.createMember(address(), "Ada <b>", null).accountId();
        members.add(organization, member, Role.VIEWER);
    }

    @Test
    void showsMembersAndOnlyOwnersButtons() throws Exception {
        console.perform(get("/console/members").with(As.member(Role.OWNER)))
                .andExpect(status().isOk())
                .andExpect(view().name("members/members"))
                .andExpect(content().string(containsString("data-account-id=\"" + member + "\"")))
                .andExpect(content().string(containsString("Ada &lt;b&gt;")))
                .andExpect(content().string(containsString("id=\"create-invite\"")));
        console.perform(get("/console/members").with(As.member(Role.VIEWER)))
                .andExpect(content().string(containsString("data-account-id=\"" + member + "\"")))
                .andExpect(content().string(not(containsString("create-invite"))))
                .andExpect(content().string(not(containsString("/remove"))));
    }

    @ParameterizedTest
    @EnumSource(
            value = Role.class,
            names = {"DEVELOPER", "FINANCE"})
    void isNotForEveryRole(Role role) throws Exception {
        console.perform(get("/console/members").with(As.member(role))).andExpect(status().isForbidden());
    }

    @ParameterizedTest
    @EnumSource(
            value = Role.class,
            names = {"ADMIN", "VIEWER"})
    void isNotForEveryRoleToChange(Role role) throws Exception {
        for (String path : List.of("/role", "/remove")) {
            console.perform(post("/console/members/" + member + path)
                            .param("role", "OWNER")
                            .with(As.member(role))
                            .with(csrf()))
                    .andExpect(status().isForbidden());
        }
        console.perform(get("/console/members/" + member + "/remove").with(As.member(role)))
                .andExpect(status().isForbidden());
        assertThat(members.member(organization, member).role()).isEqualTo(Role.VIEWER);
    }

    @Test
    void anOwnerChangesARoleAndThatIsRecorded() throws Exception {
        console.perform(post("/console/members/" + member + "/role")
                        .param("role", "FINANCE")
                        .with(As.member(Role.OWNER))
                        .with(csrf()))
                .andExpect(redirectedUrl("/console/members"))
                .andExpect(flash().attributeExists("notice"));

        assertThat(members.member(organization, member).role()).isEqualTo(Role.FINANCE);
        assertThat(database.sql("SELECT action FROM audit_entry WHERE object_id = :id")
                        .param("id", member)
                        .query(String.class)
                        .list())
                .containsExactly("user.updated");
    }

    @Test
    void anOwnerRemovesAfterAsking() throws Exception {
        console.perform(get("/console/members/" + member + "/remove").with(As.member(Role.OWNER)))
                .andExpect(view().name("members/remove"))
                .andExpect(content().string(containsString("id=\"confirm-remove\"")));
        assertThat(members.find(organization, member)).isPresent();

        console.perform(post("/console/members/" + member + "/remove")
                        .with(As.member(Role.OWNER))
                        .with(csrf()))
                .andExpect(redirectedUrl("/console/members"));

        assertThat(members.find(organization, member)).isEmpty();
    }

    @Test
    void saysWhoseMembersItShows() throws Exception {
        String elsewhere = tenancy.ensureOrganization("Else <where>").organizationId();
        Member stranger = members.add(
                elsewhere, accounts.createMember(address(), null, null).accountId(), Role.VIEWER);
        String own = WHOSE.formatted(organization, TestConsole.ORGANIZATION, organization);
        String foreign = WHOSE.formatted(elsewhere, "Else &lt;where&gt;", elsewhere);

        console.perform(get("/console/members").with(As.member(Role.VIEWER)))
                .andExpect(content().string(containsString(own)));
        console.perform(get("/console/members/" + member + "/remove").with(As.member(Role.OWNER)))
                .andExpect(content().string(containsString(own)));
        console.perform(get("/console/members")
                        .queryParam("organization", elsewhere)
                        .with(As.role(Role.VIEWER)))
                .andExpect(content().string(containsString(foreign)));
        console.perform(get("/console/members/" + stranger.accountId() + "/remove")
                        .queryParam("organization", elsewhere)
                        .with(As.role(Role.OWNER)))
                .andExpect(content().string(containsString(foreign)));
    }

    @Test
    void theOnlyOwnerStaysAndThatIsTold() throws Exception {
        String elsewhere =
                tenancy.ensureOrganization("org " + UUID.randomUUID()).organizationId();
        Member owner = members.add(
                elsewhere, accounts.createMember(address(), null, null).accountId(), Role.OWNER);
        MockHttpSession session = new MockHttpSession();

        console.perform(post("/console/members/" + owner.accountId() + "/role")
                        .session(session)
                        .param("organization", elsewhere)
                        .param("role", "VIEWER")
                        .with(As.role(Role.OWNER))
                        .with(csrf()))
                .andExpect(redirectedUrl("/console/members?organization=" + elsewhere))
                .andExpect(flash().attribute("problem", "ONLY_OWNER"));

        console.perform(get("/console/members")
                        .session(session)
                        .queryParam("organization", elsewhere)
                        .with(As.role(Role.OWNER)))
                .andExpect(content().string(containsString("would be left without an owner")))
                .andExpect(content().string(not(containsString(member))));
    }

    @Test
    void anotherOrganizationIsNotThereWhateverTheFormSays() throws Exception {
        String foreign = tenancy.ensureOrganization("org " + UUID.randomUUID()).organizationId();
        Member stranger = members.add(
                foreign, accounts.createMember(address(), null, null).accountId(), Role.VIEWER);
        Invite invite = invites.create(foreign, address(), Role.VIEWER, List.of(), Invites.DEFAULT_VALIDITY)
                .invite();

        console.perform(get("/console/members").param("organization", foreign).with(As.member(Role.OWNER)))
                .andExpect(content().string(not(containsString(stranger.accountId()))));
        console.perform(get("/console/members/" + stranger.accountId() + "/remove")
                        .param("organization", foreign)
                        .with(As.member(Role.OWNER)))
                .andExpect(status().isNotFound());
        for (String path : List.of(
                stranger.accountId() + "/role",
                stranger.accountId() + "/remove",
                "invites/" + invite.inviteId() + "/delete")) {
            console.perform(post("/console/members/" + path)
                            .param("organization", foreign)
                            .param("role", "OWNER")
                            .with(As.member(Role.OWNER))
                            .with(csrf()))
                    .andExpect(status().isNotFound());
        }
        assertThat(members.member(foreign, stranger.accountId()).role()).isEqualTo(Role.VIEWER);
        assertThat(invites.list(foreign)).hasSize(1);
    }

    @Test
    void anInviteIsShownOnceWithItsLink() throws Exception {
        String address = address();
        MockHttpSession session = new MockHttpSession();
        var created = console.perform(post("/console/members/invites")
                        .session(session)
                        .param("email", address)
                        .param("role", "DEVELOPER")
                        .with(As.member(Role.OWNER))
                        .with(csrf()))
                .andExpect(redirectedUrl("/console/members"))
                .andReturn();
        NewInvite made =
                (NewInvite) Objects.requireNonNull(created.getFlashMap().get("newInvite"));

        console.perform(get("/console/members").session(session).with(As.member(Role.OWNER)))
                .andExpect(content().string(containsString(made.link())));
        console.perform(get("/console/members").session(session).with(As.member(Role.OWNER)))
                .andExpect(content().string(not(containsString(made.link()))))
                .andExpect(content().string(containsString(address)));
        assertThat(made.toString()).doesNotContain(made.link());
        assertThat(made.link()).contains("/console/invite?token=invite_");
    }

    @Test
    void anInviteNeedsAnAddressAndIsTakenBack() throws Exception {
        console.perform(post("/console/members/invites")
                        .param("email", "nobody")
                        .param("role", "VIEWER")
                        .with(As.member(Role.OWNER))
                        .with(csrf()))
                .andExpect(flash().attribute("problem", "EMAIL"))
                .andExpect(flash().attribute("typedEmail", "nobody"));
        Invite invite = invites.create(organization, address(), Role.VIEWER, List.of(), Invites.DEFAULT_VALIDITY)
                .invite();

        console.perform(post("/console/members/invites/" + invite.inviteId() + "/delete")
                        .with(As.member(Role.OWNER))
                        .with(csrf()))
                .andExpect(redirectedUrl("/console/members"));

        assertThat(invites.list(organization)).doesNotContain(invite);
    }

    private static String address() {
        return UUID.randomUUID() + "@example.com";
    }
}
