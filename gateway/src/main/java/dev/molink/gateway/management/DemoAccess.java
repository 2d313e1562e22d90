package dev.molink.gateway.management;

import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.adminkeys.AdminKeys;
import dev.molink.controlplane.keys.AuditedKeys;
import dev.molink.controlplane.tenancy.ProjectSummary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Access that the environment fixes, for demonstrations: {@code MOLINK_DEMO_API_KEY} is a key of the organization and project
 * {@code demo}; {@code MOLINK_DEMO_ADMIN_KEY} is the operator's key of the administration API; {@code
 * MOLINK_DEMO_CONSOLE_PASSWORD} is the password of the console's account {@code admin}. All hold before the first request is
 * taken.
 */
@Component
final class DemoAccess implements InitializingBean {

    private static final Logger LOG = LoggerFactory.getLogger(DemoAccess.class);
    private static final String DEMO = "demo";
    private static final String LOGIN = "admin";
    private static final AdminCaller START =
            new AdminCaller(AdminCaller.ActorKind.SYSTEM, "environment", null, Role.OWNER);

    private final Environment environment;
    private final AuditedKeys keys;
    private final AdminKeys adminKeys;
    private final Accounts accounts;
    private final DemoBooks books;

    DemoAccess(Environment environment, AuditedKeys keys, AdminKeys adminKeys, Accounts accounts, DemoBooks books) {
        this.environment = environment;
        this.keys = keys;
        this.adminKeys = adminKeys;
        this.accounts = accounts;
        this.books = books;
    }

    @Override
    public void afterPropertiesSet() {
        String key = environment.getProperty("MOLINK_DEMO_API_KEY", "");
        if (!key.isBlank()) {
            ProjectSummary project = keys.ensureProject(START, DEMO, DEMO);
            keys.keepFixed(START, project.projectId(), DEMO, key.strip());
            LOG.info("the API key of MOLINK_DEMO_API_KEY is set");
            String priced = environment.getProperty("MOLINK_DEMO_PRICED_MODEL", "");
            if (!priced.isBlank()) {
                books.open(project, priced.strip());
            }
        }
        keepAdminKey(environment.getProperty("MOLINK_DEMO_ADMIN_KEY", "").strip(), key.strip());
        String password = environment.getProperty("MOLINK_DEMO_CONSOLE_PASSWORD", "");
        if (!password.isBlank()) {
            accounts.keep(LOGIN, password, Role.OWNER);
            LOG.info("the console's account '{}' has the password of MOLINK_DEMO_CONSOLE_PASSWORD", LOGIN);
        }
    }

    private void keepAdminKey(String adminKey, String apiKey) {
        if (adminKey.isEmpty()) {
            return;
        }
        if (adminKey.equals(apiKey)) {
            throw new IllegalStateException(
                    "MOLINK_DEMO_ADMIN_KEY must differ from MOLINK_DEMO_API_KEY, which is given to clients");
        }
        adminKeys.keepFixed(DEMO, adminKey, START);
        LOG.info("the admin key of MOLINK_DEMO_ADMIN_KEY is set");
    }
}
