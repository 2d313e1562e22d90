package dev.molink.console.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.console.testing.Browser;
import dev.molink.console.testing.OnTestDatabase;
import dev.molink.console.testing.TestConsole;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.members.Members;
import dev.molink.controlplane.tenancy.Tenancy;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How long a login holds, and for what. */
@SpringBootTest(classes = TestConsole.class, webEnvironment = WebEnvironment.RANDOM_PORT)
@OnTestDatabase
class SessionsTests {

    private static final String PASSWORD = "correct horse";

    @LocalServerPort
    private int port;

    @Autowired
    private Accounts accounts;

    @Autowired
    private Members members;

    @Autowired
    private Tenancy tenancy;

    @Autowired
    private JdbcClient database;

    private String accountId = "";
    private String login = "";
    private String organization = "";
    private Browser browser = new Browser("");

    @BeforeEach
    void prepare() {
        organization = tenancy.ensureOrganization("A " + UUID.randomUUID()).organizationId();
        AccountSummary account =
                accounts.createMember(UUID.randomUUID() + "@example.com", null, accounts.hashed(PASSWORD));
        accountId = account.accountId();
        login = account.login();
        members.add(organization, accountId, Role.DEVELOPER);
        browser = newBrowser();
    }

    @AfterEach
    void closeBrowser() {
        browser.close();
    }

    @Test
    void aNewPasswordEndsEveryOtherSession() throws Exception {
        try (Browser other = newBrowser()) {
            other.logIn(login, PASSWORD);
            browser.logIn(login, PASSWORD);

            HttpResponse<String> changed = changePassword(PASSWORD, "another password");

            assertThat(changed.body()).contains("Every other session has ended");
            assertThat(browser.get("/console/keys").uri().getPath()).isEqualTo("/console/keys");
            assertThat(other.get("/console/keys").uri().getPath()).isEqualTo("/console/login");
        }
        assertThat(accounts.authenticate(login, "another password")).isPresent();
        assertThat(events()).containsExactly("login.succeeded", "login.succeeded", "account.password_changed");
    }

    @Test
    void aPasswordIsChangedOnlyByWhoKnowsIt() throws Exception {
        browser.logIn(login, PASSWORD);

        assertThat(changePassword("wrong horse", "another password").body())
                .contains("The current password is not right");
        assertThat(changePassword(PASSWORD, "short").body()).contains("A password has 8 to 200 characters");

        assertThat(accounts.authenticate(login, PASSWORD)).isPresent();
    }

    @Test
    void aRoleHoldsFromTheNextRequestOn() throws Exception {
        browser.logIn(login, PASSWORD);
        assertThat(browser.get("/console/keys").body()).contains("create-key");

        members.changeRole(organization, accountId, Role.FINANCE);

        assertThat(browser.get("/console/keys").statusCode()).isEqualTo(403);
        members.remove(organization, accountId);
        assertThat(browser.get("/console/keys").uri().getPath()).isEqualTo("/console/login");
    }

    @Test
    void somebodyDeactivatedIsOutAtOnce() throws Exception {
        browser.logIn(login, PASSWORD);

        accounts.deactivate(accountId);

        assertThat(browser.get("/console/overview").uri().getPath()).isEqualTo("/console/login");
        assertThat(browser.logIn(login, PASSWORD).body()).contains("do not belong together");
        accounts.activate(accountId);
        assertThat(browser.get("/console/overview").uri().getPath()).isEqualTo("/console/login");
        assertThat(events()).containsExactly("login.succeeded", "login.failed");
    }

    @Test
    void whoBelongsToSeveralOrganizationsChoosesOne() throws Exception {
        String second = tenancy.ensureOrganization("B " + UUID.randomUUID()).organizationId();
        String foreign = tenancy.ensureOrganization("C " + UUID.randomUUID()).organizationId();
        members.add(second, accountId, Role.FINANCE);
        HttpResponse<String> page = browser.logIn(login, PASSWORD);
        assertThat(page.body()).contains("id=\"organization\"", "Developer");

        HttpResponse<String> there =
                browser.submit(page, "/console/account/organization", Map.of("organizationId", second));
        HttpResponse<String> nowhere =
                browser.submit(there, "/console/account/organization", Map.of("organizationId", foreign));

        assertThat(there.body()).contains("Finance").doesNotContain("href=\"/console/keys\"");
        assertThat(nowhere.body()).contains("Finance");
    }

    @Test
    void whoBelongsNowhereIsToldSo() throws Exception {
        members.remove(organization, accountId);

        assertThat(browser.logIn(login, PASSWORD).body()).contains("no role in any organization");
    }

    @Test
    void aTenantSeesNothingOfTheMachines() throws Exception {
        members.changeRole(organization, accountId, Role.OWNER);
        HttpResponse<String> overview = browser.logIn(login, PASSWORD);

        assertThat(overview.body())
                .doesNotContain("href=\"/console/fleet\"", "KV cache")
                .contains("Generated tokens");
        assertThat(browser.get("/console/fleet").statusCode()).isEqualTo(403);
    }

    private HttpResponse<String> changePassword(String current, String next) throws Exception {
        return browser.submit(
                browser.get("/console/account"),
                "/console/account/password",
                Map.of("current", current, "password", next));
    }

    private List<String> events() {
        return database.sql("SELECT action FROM audit_entry WHERE object_id = :id ORDER BY sequence")
                .param("id", accountId)
                .query(String.class)
                .list();
    }

    private Browser newBrowser() {
        return new Browser("http://localhost:" + port);
    }
}
