package dev.molink.console.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.flash;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.model;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.view;

import dev.molink.console.testing.As;
import dev.molink.console.testing.ConsoleTest;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.CreatedApiKey;
import dev.molink.controlplane.keys.KeyVerification;
import dev.molink.controlplane.keys.KeyVerifier;
import dev.molink.controlplane.tenancy.Tenancy;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;

@ConsoleTest
@ExtendWith(OutputCaptureExtension.class)
class KeysControllerTests {

    @Autowired
    private MockMvc console;

    @Autowired
    private ApiKeys keys;

    @Autowired
    private KeyVerifier verifier;

    @Autowired
    private Tenancy tenancy;

    private String projectId = "";

    @BeforeEach
    void prepareProject() {
        projectId = tenancy.ensureProject("Example Ltd", "assistant").projectId();
    }

    @Test
    void saysWhoseKeysAMemberSees() throws Exception {
        String organizationId = tenancy.project(projectId).organizationId();
        String keyId = keys.create(projectId, "whose").key().keyId();
        String whose =
                "data-organization-id=\"%s\"><span>Organization</span> <strong>Example Ltd</strong> <code>%s</code>"
                        .formatted(organizationId, organizationId);

        console.perform(get("/console/keys").with(As.member(Role.VIEWER)))
                .andExpect(content().string(containsString(whose)));
        console.perform(get("/console/keys/" + keyId + "/revoke").with(As.role(Role.OWNER)))
                .andExpect(content().string(containsString(whose)));
        console.perform(get("/console/keys").with(As.role(Role.VIEWER)))
                .andExpect(content().string(not(containsString("data-organization-id"))));
    }

    @Test
    void listsKeysWithoutTheirText() throws Exception {
        CreatedApiKey key = keys.create(projectId, "listed");

        console.perform(get("/console/keys").with(As.role(Role.VIEWER)))
                .andExpect(status().isOk())
                .andExpect(view().name("keys/keys"))
                .andExpect(model().attributeExists("page", "form"))
                .andExpect(content()
                        .string(containsString("data-key-id=\"" + key.key().keyId() + "\"")))
                .andExpect(content().string(containsString(key.key().redacted())))
                .andExpect(content().string(not(containsString(key.text()))));
    }

    @Nested
    class ANewKey {

        @Test
        void isShownOnceAndWorks(CapturedOutput log) throws Exception {
            MockHttpSession session = new MockHttpSession();
            MvcResult created = console.perform(post("/console/keys")
                            .session(session)
                            .param("name", "shown once")
                            .param("projectId", projectId)
                            .with(As.role(Role.DEVELOPER))
                            .with(csrf()))
                    .andExpect(redirectedUrl("/console/keys"))
                    .andReturn();
            String text = text(created);

            console.perform(get("/console/keys").session(session).with(As.role(Role.DEVELOPER)))
                    .andExpect(content().string(containsString("<code id=\"new-key\">" + text + "</code>")))
                    .andExpect(header().string("Cache-Control", containsString("no-store")));
            console.perform(get("/console/keys").session(session).with(As.role(Role.DEVELOPER)))
                    .andExpect(content().string(not(containsString(text))))
                    .andExpect(content().string(containsString("shown once")));
            assertThat(verifier.verify(text)).isInstanceOf(KeyVerification.Valid.class);
            assertThat(log).doesNotContain(text);
            assertThat(Objects.requireNonNull(created.getFlashMap().get("newKey"))
                            .toString())
                    .doesNotContain(text);
        }

        @Test
        void goesToTheDefaultProjectWhenNoneIsNamed() throws Exception {
            console.perform(post("/console/keys")
                            .param("name", "without project")
                            .with(As.role(Role.OWNER))
                            .with(csrf()))
                    .andExpect(flash().attributeExists("newKey"));

            assertThat(keys.list())
                    .filteredOn(key -> key.name().equals("without project"))
                    .extracting(key -> key.projectName())
                    .containsExactly("default");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "   ", "a\u0007b"})
        void needsAName(String name) throws Exception {
            int before = keys.list().size();

            console.perform(post("/console/keys")
                            .param("name", name)
                            .param("projectId", projectId)
                            .with(As.role(Role.OWNER))
                            .with(csrf()))
                    .andExpect(redirectedUrl("/console/keys"))
                    .andExpect(flash().attribute("problem", "INVALID_VALUE"))
                    .andExpect(flash().attribute("form", new KeyForm(name, projectId)));

            assertThat(keys.list()).hasSize(before);
        }

        @Test
        void isRefusedForAnUnknownProjectWithWhatWasTypedKept() throws Exception {
            MockHttpSession session = new MockHttpSession();
            console.perform(post("/console/keys")
                            .session(session)
                            .param("name", "no <project>")
                            .param("projectId", "proj_gone")
                            .with(As.role(Role.OWNER))
                            .with(csrf()))
                    .andExpect(flash().attribute("problem", "NOT_FOUND"));

            console.perform(get("/console/keys").session(session).with(As.role(Role.OWNER)))
                    .andExpect(content().string(containsString("That project does not exist any more")))
                    .andExpect(content().string(containsString("value=\"no &lt;project&gt;\"")));
        }

        private static String text(MvcResult created) {
            return ((NewKey) Objects.requireNonNull(created.getFlashMap().get("newKey"))).text();
        }
    }

    @Nested
    class Revoking {

        @Test
        void asksFirstAndChangesNothingMeanwhile() throws Exception {
            CreatedApiKey key = keys.create(projectId, "kept");

            console.perform(get("/console/keys/{id}/revoke", key.key().keyId()).with(As.role(Role.ADMIN)))
                    .andExpect(status().isOk())
                    .andExpect(view().name("keys/revoke"))
                    .andExpect(content().string(containsString("id=\"confirm-revoke\"")));

            assertThat(verifier.verify(key.text())).isInstanceOf(KeyVerification.Valid.class);
        }

        @Test
        void refusesTheKeyFromThenOn() throws Exception {
            CreatedApiKey key = keys.create(projectId, "lost on a train");
            MockHttpSession session = new MockHttpSession();

            console.perform(post("/console/keys/{id}/revoke", key.key().keyId())
                            .session(session)
                            .with(As.role(Role.ADMIN))
                            .with(csrf()))
                    .andExpect(redirectedUrl("/console/keys"));

            assertThat(verifier.verify(key.text())).isInstanceOf(KeyVerification.Revoked.class);
            console.perform(get("/console/keys").session(session).with(As.role(Role.ADMIN)))
                    .andExpect(content().string(containsString("The key “lost on a train” is revoked.")));
        }

        @Test
        void findsNoUnknownKey() throws Exception {
            console.perform(get("/console/keys/key_unknown/revoke").with(As.role(Role.OWNER)))
                    .andExpect(status().isNotFound());
            console.perform(post("/console/keys/key_unknown/revoke")
                            .with(As.role(Role.OWNER))
                            .with(csrf()))
                    .andExpect(status().isNotFound());
        }
    }

    @Nested
    class Access {

        @ParameterizedTest
        @EnumSource(
                value = Role.class,
                names = {"FINANCE", "VIEWER"})
        void isDeniedToThoseWhoMayNotManage(Role role) throws Exception {
            CreatedApiKey key = keys.create(projectId, "protected");

            console.perform(post("/console/keys")
                            .param("name", "x")
                            .with(As.role(role))
                            .with(csrf()))
                    .andExpect(status().isForbidden());
            console.perform(get("/console/keys/{id}/revoke", key.key().keyId()).with(As.role(role)))
                    .andExpect(status().isForbidden());
            console.perform(post("/console/keys/{id}/revoke", key.key().keyId())
                            .with(As.role(role))
                            .with(csrf()))
                    .andExpect(status().isForbidden());
            assertThat(verifier.verify(key.text())).isInstanceOf(KeyVerification.Valid.class);
        }

        @Test
        void showsViewersNoButtons() throws Exception {
            keys.create(projectId, "looked at");

            console.perform(get("/console/keys").with(As.role(Role.VIEWER)))
                    .andExpect(content().string(not(containsString("create-key"))))
                    .andExpect(content().string(not(containsString("class=\"revoke"))));
        }

        @Test
        void isDeniedWithoutTheFormsToken() throws Exception {
            CreatedApiKey key = keys.create(projectId, "forged");

            console.perform(post("/console/keys").param("name", "x").with(As.role(Role.OWNER)))
                    .andExpect(status().isForbidden());
            console.perform(post("/console/keys/{id}/revoke", key.key().keyId()).with(As.role(Role.OWNER)))
                    .andExpect(status().isForbidden());
            assertThat(verifier.verify(key.text())).isInstanceOf(KeyVerification.Valid.class);
        }
    }

    @Nested
    class Tenants {

        @Test
        void seeTheKeysOfTheirOrganizationOnly() throws Exception {
            CreatedApiKey own = keys.create(projectId, "own key");
            CreatedApiKey foreign = keys.create(foreignProject(), "foreign key");

            console.perform(get("/console/keys").with(As.member(Role.OWNER)))
                    .andExpect(content().string(containsString(own.key().keyId())))
                    .andExpect(content().string(not(containsString(foreign.key().keyId()))))
                    .andExpect(content().string(not(containsString("Another Ltd"))));
            console.perform(get("/console/keys").with(As.role(Role.OWNER)))
                    .andExpect(content().string(containsString(foreign.key().keyId())));
        }

        @Test
        void findNoForeignKeyOrProject() throws Exception {
            CreatedApiKey foreign = keys.create(foreignProject(), "kept from others");
            String path = "/console/keys/" + foreign.key().keyId() + "/revoke";

            console.perform(get(path).with(As.member(Role.OWNER))).andExpect(status().isNotFound());
            console.perform(post(path).with(As.member(Role.OWNER)).with(csrf())).andExpect(status().isNotFound());
            console.perform(post("/console/keys")
                            .param("name", "smuggled")
                            .param("projectId", foreignProject())
                            .with(As.member(Role.OWNER))
                            .with(csrf()))
                    .andExpect(flash().attribute("problem", "NOT_FOUND"));

            assertThat(verifier.verify(foreign.text())).isInstanceOf(KeyVerification.Valid.class);
            assertThat(keys.list()).noneMatch(key -> key.name().equals("smuggled"));
        }

        private String foreignProject() {
            return tenancy.ensureProject("Another Ltd", "assistant").projectId();
        }
    }
}
