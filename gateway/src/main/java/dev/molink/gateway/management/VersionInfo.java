package dev.molink.gateway.management;

import dev.molink.gateway.system.GatewayVersion;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.stereotype.Component;

/** Version and commit at {@code /actuator/info}. */
@Component
final class VersionInfo implements InfoContributor {

    @Override
    public void contribute(Info.Builder builder) {
        GatewayVersion version = GatewayVersion.load();
        builder.withDetail("version", version.version()).withDetail("commit", version.commit());
    }
}
