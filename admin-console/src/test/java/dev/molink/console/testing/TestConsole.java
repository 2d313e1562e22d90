package dev.molink.console.testing;

import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.members.Members;
import dev.molink.controlplane.tenancy.Tenancy;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The console with an operator per role, whose login is the role in lower case, and a member of an
 * organization per role. Its {@code main} serves it for looking at, with
 * a sample fleet: {@code main PORT DATA_FOLDER}.
 */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = UserDetailsServiceAutoConfiguration.class)
public class TestConsole {

    public static final String PASSWORD = "correct horse battery";

    /** The organization that the members belong to. */
    public static final String ORGANIZATION = "Example Ltd";

    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(TestConsole.class);
        application.setDefaultProperties(Map.of("spring.config.name", "molink-console"));
        application
                .run("--server.port=" + arguments[0], "--molink.data=" + arguments[1])
                .getBean(FakeFleet.class)
                .set(SampleFleets.DEGRADED);
    }

    @Bean
    FakeFleet fleet() {
        return new FakeFleet();
    }

    @Bean
    SampleAccounts sampleAccounts(Accounts accounts, Members members, Tenancy tenancy) {
        String organization = tenancy.ensureProject(ORGANIZATION, "assistant").organizationId();
        for (Role role : Role.values()) {
            accounts.keep(login(role), PASSWORD, role);
            if (accounts.findByLogin(member(role)).isEmpty()) {
                String account = accounts.createMember(member(role), null, accounts.hashed(PASSWORD))
                        .accountId();
                members.add(organization, account, role);
            }
        }
        return new SampleAccounts();
    }

    public static String login(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    /** The login of the organization's member with this role. */
    public static String member(Role role) {
        return login(role) + "@example.com";
    }

    /** Says that the accounts are there. */
    static final class SampleAccounts {}
}
