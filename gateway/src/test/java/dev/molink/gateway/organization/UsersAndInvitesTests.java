package dev.molink.gateway.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.members.Invites;
import dev.molink.controlplane.members.Members;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.TestGateway;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code /v1/organization/users}, {@code …/invites}, {@code …/projects/{id}/users} and {@code /admin/v1/accounts}. */
class UsersAndInvitesTests {

    private static final String USERS = "/v1/organization/users";
    private static final String INVITES = "/v1/organization/invites";
    private static final String KEYS = "/v1/organization/admin_api_keys";
    private static final String ACCOUNTS = "/admin/v1/accounts";
    private static final String OPERATOR = "operator-of-the-test";

    @TempDir
    static Path folder;

    private static TestGateway gateway;

    private ProjectSummary project = sample("unused");
    private ApiClient owner = new ApiClient(0, "");

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder, Map.of("MOLINK_DEMO_ADMIN_KEY", OPERATOR));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void makeATenant() {
        project = sample("org " + UUID.randomUUID());
        owner = key("owner");
    }

    @Test
    void anInviteIsShownWithItsTokenOnceAndAcceptedIntoAUser() {
        Answer created = owner.post(
                INVITES,
                "{'email':'Ada@Example.com','role':'reader','expires_in_seconds':600,'projects':[{'id':'%s','role':'owner'}]}"
                        .formatted(project.projectId()));
        JsonNode invite = created.json();
        String token = invite.get("token").stringValue();
        String id = invite.get("id").stringValue();

        assertThat(created.status()).as(created.body()).isEqualTo(200);
        assertThat(invite.get("object").stringValue()).isEqualTo("organization.invite");
        assertThat(invite.get("email").stringValue()).isEqualTo("ada@example.com");
        assertThat(invite.get("role").stringValue()).isEqualTo("viewer");
        assertThat(invite.get("status").stringValue()).isEqualTo("pending");
        assertThat(invite.get("expires_at").longValue()
                        - invite.get("created_at").longValue())
                .isEqualTo(600);
        assertThat(owner.get(INVITES).body()).contains(id).doesNotContain(token);

        String account = gateway.bean(Invites.class)
                .acceptAsNew(token, "Ada", "correct horse")
                .accountId();

        assertThat(owner.get(INVITES + "/" + id).json().get("status").stringValue())
                .isEqualTo("accepted");
        JsonNode user = owner.get(USERS + "/" + account).json();
        assertThat(user.get("object").stringValue()).isEqualTo("organization.user");
        assertThat(user.get("name").stringValue()).isEqualTo("Ada");
        assertThat(user.get("email").stringValue()).isEqualTo("ada@example.com");
        JsonNode works = owner.get("/v1/organization/projects/%s/users/%s".formatted(project.projectId(), account))
                .json();
        assertThat(works.get("role").stringValue()).isEqualTo("owner");
        assertThat(owner.send(INVITES + "/" + id, request -> request.DELETE()).status())
                .isEqualTo(400);
        assertThat(owner.send(USERS + "/" + account, request -> request.DELETE())
                        .status())
                .isEqualTo(200);
        assertThat(owner.get(USERS).json().get("data").size()).isZero();
        gateway.bean(Accounts.class).deactivate(account);
    }

    @Test
    void aRoleIsChangedAndTheOnlyOwnerStays() {
        String account = member(Role.OWNER);

        Answer demoted = owner.post(USERS + "/" + account, "{'role':'finance'}");
        member(Role.OWNER);
        Answer allowed = owner.post(USERS + "/" + account, "{'role':'finance'}");
        Answer unknown = owner.post(USERS + "/" + account, "{'role':'king'}");

        assertThat(demoted.status()).isEqualTo(400);
        assertThat(demoted.json().at("/error/message").stringValue()).contains("is the only owner of the organization");
        assertThat(allowed.json().get("role").stringValue()).isEqualTo("finance");
        assertThat(unknown.json().at("/error/param").stringValue()).isEqualTo("role");
        JsonNode rows = owner.get("/v1/organization/audit_logs").json().get("data");
        assertThat(rows.valueStream().map(row -> row.get("type").stringValue())).contains("user.updated");
    }

    @Test
    void usersAreListedInPages() {
        for (int number = 0; number < 3; number++) {
            member(Role.VIEWER);
        }

        JsonNode first = owner.get(USERS + "?limit=2").json();
        JsonNode second = owner.get(
                        USERS + "?limit=2&after=" + first.get("last_id").stringValue())
                .json();

        assertThat(first.get("has_more").booleanValue()).isTrue();
        assertThat(second.get("has_more").booleanValue()).isFalse();
        assertThat(Stream.concat(ids(first), ids(second))).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void othersSeeNothingAndMayNothing() {
        String account = member(Role.VIEWER);
        String invite = owner.post(INVITES, "{'email':'%s','role':'viewer'}".formatted(address()))
                .json()
                .get("id")
                .stringValue();
        ApiClient viewer = key("viewer");
        ApiClient developer = key("developer");
        project = sample("org " + UUID.randomUUID());
        ApiClient stranger = key("owner");

        assertThat(viewer.get(USERS).status()).isEqualTo(200);
        assertThat(viewer.post(USERS + "/" + account, "{'role':'owner'}").status())
                .isEqualTo(403);
        assertThat(viewer.post(INVITES, "{'email':'a@b.example','role':'owner'}")
                        .status())
                .isEqualTo(403);
        assertThat(developer.get(USERS).status()).isEqualTo(403);
        for (String path : new String[] {USERS + "/" + account, INVITES + "/" + invite}) {
            assertThat(stranger.get(path).status()).as(path).isEqualTo(404);
            assertThat(stranger.send(path, request -> request.DELETE()).status())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(stranger.post(USERS + "/" + account, "{'role':'owner'}").status())
                .isEqualTo(404);
        assertThat(stranger.get(ACCOUNTS).status()).isIn(403, 404);
    }

    @Test
    void theOperatorKeepsSomebodyOut() {
        ApiClient operator = new ApiClient(gateway.port(), OPERATOR);
        String account = member(Role.VIEWER);

        Answer out = operator.post(ACCOUNTS + "/" + account + "/deactivate", "{}");

        assertThat(out.status()).as(out.body()).isEqualTo(200);
        assertThat(out.json().get("active").booleanValue()).isFalse();
        assertThat(owner.get(USERS + "/" + account).json().get("disabled").booleanValue())
                .isTrue();
        assertThat(operator.post(ACCOUNTS + "/" + account + "/activate", "{}")
                        .json()
                        .get("active")
                        .booleanValue())
                .isTrue();
        assertThat(operator.get(ACCOUNTS + "/acct_unknown").status()).isEqualTo(404);
    }

    @Test
    void theOperatorMakesAnother() {
        ApiClient operator = new ApiClient(gateway.port(), OPERATOR);
        String login = UUID.randomUUID().toString();
        String body = "{'login':'%s','password':'correct horse','role':'viewer'}".formatted(login);

        Answer created = operator.post(ACCOUNTS, body);
        String id = created.json().get("id").stringValue();

        assertThat(created.json().get("kind").stringValue()).isEqualTo("operator");
        assertThat(created.body()).doesNotContain("correct horse");
        assertThat(gateway.bean(Accounts.class).authenticate(login, "correct horse"))
                .isPresent();
        assertThat(operator.post(ACCOUNTS, body).status()).isEqualTo(409);
        assertThat(operator.post(ACCOUNTS + "/" + id, "{'role':'finance'}")
                        .json()
                        .get("role")
                        .stringValue())
                .isEqualTo("finance");
        assertThat(operator.post(ACCOUNTS + "/" + member(Role.VIEWER), "{'role':'owner'}")
                        .status())
                .isEqualTo(400);
        assertThat(owner.post(ACCOUNTS, body).status()).isIn(403, 404);
    }

    @Test
    void refusesWhatAnInviteCannotHold() {
        Answer noAddress = owner.post(INVITES, "{'email':'nobody','role':'viewer'}");
        Answer tooShort = owner.post(INVITES, "{'email':'a@b.example','role':'viewer','expires_in_seconds':1}");
        Answer foreign = owner.post(
                INVITES,
                "{'email':'a@b.example','role':'viewer','projects':[{'id':'%s'}]}"
                        .formatted(sample("org " + UUID.randomUUID()).projectId()));

        assertThat(noAddress.json().at("/error/param").stringValue()).isEqualTo("email");
        assertThat(tooShort.json().at("/error/param").stringValue()).isEqualTo("expires_in_seconds");
        assertThat(foreign.status()).isEqualTo(404);
    }

    private String member(Role role) {
        String account =
                gateway.bean(Accounts.class).createMember(address(), null, null).accountId();
        return gateway.bean(Members.class)
                .add(project.organizationId(), account, role)
                .accountId();
    }

    /** A client with a new key of the tenant and this role. */
    private ApiClient key(String role) {
        String body = "{\"name\":\"test\",\"role\":\"%s\"}".formatted(role);
        Answer created = new ApiClient(gateway.port(), OPERATOR)
                .send(
                        KEYS,
                        request -> request.header("Content-Type", "application/json")
                                .header("OpenAI-Organization", project.organizationId())
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body)));
        return new ApiClient(gateway.port(), created.json().get("value").stringValue());
    }

    private static ProjectSummary sample(String organization) {
        return gateway.bean(Tenancy.class).ensureProject(organization, "assistant");
    }

    private static String address() {
        return UUID.randomUUID() + "@example.com";
    }

    private static Stream<String> ids(JsonNode list) {
        return list.get("data").valueStream().map(each -> each.get("id").stringValue());
    }
}
