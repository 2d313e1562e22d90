package dev.molink.console;

import dev.molink.console.fleet.FleetConfiguration;
import dev.molink.console.keys.KeysConfiguration;
import dev.molink.console.login.LoginConfiguration;
import dev.molink.console.members.MembersConfiguration;
import dev.molink.console.overview.OverviewConfiguration;
import dev.molink.console.system.SystemConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.thymeleaf.autoconfigure.ThymeleafAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Brings the console under {@code /console} into any web application of this product that has the jar on its class path;
 * {@code molink.console.enabled=false} leaves it out.
 */
@AutoConfiguration(before = ThymeleafAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(name = "molink.console.enabled", matchIfMissing = true)
@Import({
    SystemConfiguration.class,
    LoginConfiguration.class,
    OverviewConfiguration.class,
    FleetConfiguration.class,
    KeysConfiguration.class,
    MembersConfiguration.class
})
public class ConsoleAutoConfiguration {}
