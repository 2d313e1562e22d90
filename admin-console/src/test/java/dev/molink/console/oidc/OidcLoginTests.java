package dev.molink.console.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.console.testing.Browser;
import dev.molink.console.testing.TestConsole;
import dev.molink.console.testing.TestDatabase;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.members.Members;
import dev.molink.controlplane.tenancy.Tenancy;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;

/** The whole code flow between the console and a real provider, over HTTP, and all that can go wrong in it. */
class OidcLoginTests {

    private static final String ORGANIZATION = "Example Ltd";

    @TempDir
    static Path folder;

    private static OidcServer provider;
    private static ConfigurableApplicationContext console;
    private static String root = "";

    private final String person = UUID.randomUUID().toString();
    private final String address = person + "@example.com";
    private Browser browser = new Browser(root);

    @BeforeAll
    static void start() {
        provider = OidcServer.start();
        console = console(provider.issuer());
        root = root(console);
        provider.redirectsTo(root + "/console/login/code/oidc");
    }

    @AfterAll
    static void stop() {
        console.close();
        provider.close();
    }

    @BeforeEach
    void openBrowser() {
        browser = new Browser(root);
        provider.says(claims(address, true, "developers"));
    }

    @AfterEach
    void closeBrowser() {
        browser.close();
    }

    @Test
    void theLoginPageHasAButtonThatLeadsThere() throws Exception {
        assertThat(browser.get("/console/login").body())
                .contains("id=\"login-provider\"", "href=\"/console/login/start/oidc\"", "Log in with Example login");
    }

    @Test
    void somebodyNewGetsAnAccountWithTheRoleOfTheirGroup() throws Exception {
        HttpResponse<String> page = logIn();

        assertThat(page.uri().getPath()).isEqualTo("/console/overview");
        assertThat(page.body()).contains(address, "Developer", ORGANIZATION);
        AccountSummary account = account();
        assertThat(account.name()).isEqualTo("Ada Example");
        assertThat(console.getBean(Members.class).of(account.accountId()))
                .singleElement()
                .satisfies(member -> assertThat(member.role()).isEqualTo(Role.DEVELOPER));
        assertThat(browser.get("/console/account").body()).contains("there is no password here");
        assertThat(events(account.accountId())).containsExactly("account.created", "user.added", "login.succeeded");
    }

    @Test
    void theLoginLeadsToThePageThatWasAskedFor() throws Exception {
        browser.get("/console/keys");

        assertThat(logIn().uri().getPath()).isEqualTo("/console/keys");
    }

    @Test
    void theWayToTheProviderCarriesStateNonceAndPkceAndMakesNoSession() throws Exception {
        try (Browser stepwise = new Browser(root, Redirect.NEVER)) {
            HttpResponse<String> start = stepwise.get(OidcLogin.START);
            String location = start.headers().firstValue("Location").orElseThrow();

            assertThat(location)
                    .startsWith(provider.issuer() + "/oauth2/authorize?response_type=code&")
                    .contains("&state=", "&nonce=", "&code_challenge=", "code_challenge_method=S256", "scope=openid")
                    .doesNotContain(OidcServer.SECRET);
            assertThat(start.headers().allValues("Set-Cookie"))
                    .filteredOn(cookie -> cookie.startsWith(AuthorizationCookie.NAME))
                    .singleElement()
                    .satisfies(cookie -> assertThat(cookie)
                            .contains("HttpOnly", "SameSite=Lax", "Path=/console/login", "Max-Age=600"));
            assertThat(start.headers().allValues("Set-Cookie"))
                    .noneMatch(cookie -> cookie.startsWith("MOLINK_CONSOLE_0="));
        }
    }

    @Test
    void anAccountWithTheVerifiedAddressIsFoundAndItsPasswordGoesOn() throws Exception {
        Accounts accounts = console.getBean(Accounts.class);
        AccountSummary existing = accounts.createMember(address, "Ada", accounts.hashed("correct horse"));
        String organization =
                console.getBean(Tenancy.class).ensureOrganization(ORGANIZATION).organizationId();
        console.getBean(Members.class).add(organization, existing.accountId(), Role.FINANCE);

        HttpResponse<String> page = logIn();

        assertThat(page.body()).contains("Finance");
        assertThat(account().accountId()).isEqualTo(existing.accountId());
        assertThat(accounts.authenticate(address, "correct horse")).isPresent();
    }

    @Test
    void anAddressThatIsNotVerifiedFindsNoAccount() throws Exception {
        Accounts accounts = console.getBean(Accounts.class);
        accounts.createMember(address, "Ada", accounts.hashed("correct horse"));
        provider.says(claims(address, false, "developers"));

        assertRefused(logIn(), "has not verified your e-mail address");
    }

    @Test
    void anUnknownGroupGivesNothing() throws Exception {
        provider.says(claims(address, true, "gardeners"));

        assertRefused(logIn(), "None of your groups");
        assertThat(console.getBean(Accounts.class).findByEmail(address)).isEmpty();
    }

    @Test
    void aGroupMayGiveARoleInTheInstallation() throws Exception {
        provider.says(claims(address, true, "operators"));

        assertThat(logIn().body()).contains("Administrator", "href=\"/console/fleet\"");
        assertThat(account().role()).isEqualTo(Role.ADMIN);
    }

    @Test
    void somebodyDeactivatedStaysOutAndTheirSessionEnds() throws Exception {
        logIn();
        console.getBean(Accounts.class).deactivate(account().accountId());

        assertThat(browser.get("/console/overview").uri().getPath()).isEqualTo("/console/login");
        try (Browser another = new Browser(root)) {
            assertRefused(logIn(another), "Your account is deactivated");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"issuer", "audience", "expiry", "nonce"})
    void anIdTokenThatIsNotForThisLoginIsRefused(String wrong) throws Exception {
        Consumer<JwtEncodingContext> right = claims(address, true, "developers");
        provider.says(context -> {
            right.accept(context);
            switch (wrong) {
                case "issuer" -> context.getClaims().issuer("https://login.example.org");
                case "audience" -> context.getClaims().audience(List.of("another-client"));
                case "expiry" ->
                    context.getClaims()
                            .issuedAt(Instant.now().minusSeconds(600))
                            .expiresAt(Instant.now().minusSeconds(300));
                default -> context.getClaims().claim("nonce", "of another login");
            }
        });

        assertRefused(logIn(), "did not succeed");
        assertThat(console.getBean(Accounts.class).findByEmail(address)).isEmpty();
    }

    @Test
    void aCodeThatThisBrowserDidNotAskForIsRefused() throws Exception {
        assertRefused(browser.get("/console/login/code/oidc?code=stolen&state=guessed"), "did not succeed");
        try (Browser stepwise = new Browser(root, Redirect.NEVER)) {
            stepwise.get(OidcLogin.START);

            HttpResponse<String> answer = stepwise.get("/console/login/code/oidc?code=stolen&state=guessed");

            assertThat(answer.headers().firstValue("Location"))
                    .contains(root + "/console/login?outcome=PROVIDER_FAILED");
        }
    }

    @Test
    void aProviderThatIsDownIsToldAndPasswordsGoOn() throws Exception {
        try (ConfigurableApplicationContext lonely = console("http://127.0.0.1:1");
                Browser visitor = new Browser(root(lonely))) {
            assertRefused(visitor.get(OidcLogin.START), "The identity provider does not answer");
            assertRefused(visitor.get("/console/login/code/oidc?code=c&state=s"), "did not succeed");

            assertThat(visitor.logIn("owner", TestConsole.PASSWORD).uri().getPath())
                    .isEqualTo("/console/overview");
        }
    }

    @Test
    void aProviderThatSaysItIsAnotherIsNotAsked() throws Exception {
        String elsewhere = provider.issuer().replace("127.0.0.1", "localhost");
        try (ConfigurableApplicationContext misled = console(elsewhere);
                Browser visitor = new Browser(root(misled))) {
            assertRefused(visitor.get(OidcLogin.START), "The identity provider does not answer");
        }
    }

    private HttpResponse<String> logIn() throws Exception {
        return logIn(browser);
    }

    private HttpResponse<String> logIn(Browser visitor) throws Exception {
        HttpResponse<String> form = visitor.get(OidcLogin.START);
        assertThat(form.uri()).isEqualTo(URI.create(provider.issuer() + "/login"));
        return visitor.submit(
                form, provider.issuer() + "/login", Map.of("username", person, "password", OidcServer.PASSWORD));
    }

    private static void assertRefused(HttpResponse<String> page, String sentence) {
        assertThat(page.uri().getPath()).isEqualTo("/console/login");
        assertThat(page.body()).contains("role=\"alert\"", sentence, "id=\"username\"");
    }

    private AccountSummary account() {
        return console.getBean(Accounts.class).findByEmail(address).orElseThrow();
    }

    private static List<String> events(String accountId) {
        return console.getBean(JdbcClient.class)
                .sql("SELECT action FROM audit_entry WHERE object_id = :id ORDER BY sequence")
                .param("id", accountId)
                .query(String.class)
                .list();
    }

    private static Consumer<JwtEncodingContext> claims(String email, boolean verified, String group) {
        return context -> context.getClaims()
                .claim("email", email)
                .claim("email_verified", verified)
                .claim("name", "Ada Example")
                .claim("realm", Map.of("groups", List.of("everybody", group)));
    }

    private static ConfigurableApplicationContext console(String issuer) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "spring.config.name",
                "molink-console",
                "molink.data",
                folder.toString(),
                "molink.console.oidc.issuer",
                issuer,
                "molink.console.oidc.client-id",
                OidcServer.CLIENT,
                "molink.console.oidc.client-secret",
                OidcServer.SECRET,
                "molink.console.oidc.label",
                "Example login",
                "molink.console.oidc.groups-claim",
                "realm.groups",
                "molink.console.oidc.create-accounts",
                true));
        properties.put("molink.console.oidc.grants[0].group", "operators");
        properties.put("molink.console.oidc.grants[0].role", "admin");
        properties.put("molink.console.oidc.grants[1].group", "developers");
        properties.put("molink.console.oidc.grants[1].role", "developer");
        properties.put("molink.console.oidc.grants[1].organization", ORGANIZATION);
        properties.putAll(TestDatabase.settings());
        SpringApplication application = new SpringApplication(TestConsole.class);
        application.setDefaultProperties(properties);
        return application.run("--server.port=0");
    }

    private static String root(ConfigurableApplicationContext context) {
        return "http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port");
    }
}
