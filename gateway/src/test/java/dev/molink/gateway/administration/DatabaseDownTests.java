package dev.molink.gateway.administration;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.TestGateway;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without its database the administration says so; it neither takes a key for unknown nor answers from memory. */
class DatabaseDownTests {

    private static final String OPERATOR = "operator-of-the-test";

    @TempDir
    static Path folder;

    @Test
    void answers503WithATimeToTryAgain() {
        try (TestGateway gateway = TestGateway.start(folder, Map.of("MOLINK_DEMO_ADMIN_KEY", OPERATOR))) {
            ApiClient operator = new ApiClient(gateway.port(), OPERATOR);
            int before = operator.get("/v1/organization/projects").status();
            gateway.bean(HikariDataSource.class).close();

            Answer read = operator.get("/v1/organization/projects");
            Answer write = operator.post("/v1/organization/projects", "{'name':'x'}");
            Answer unknownPath = operator.get("/v1/organization/nothing");

            assertThat(before).isEqualTo(200);
            for (Answer answer : new Answer[] {read, write}) {
                assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                assertThat(answer.json().at("/error/code").stringValue()).isEqualTo("database_unavailable");
                assertThat(answer.header("retry-after")).contains("5");
                assertThat(answer.header("www-authenticate")).isEmpty();
            }
            assertThat(unknownPath.status()).isEqualTo(404);
        }
    }
}
