package dev.molink.controlplane.tenancy;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How projects begin.
 *
 * @param unbilledOrganizations names of the organizations whose projects are not billed when the process itself makes them:
 *     at its start, for a key from the command line or from the console's form. All other projects are billed until somebody
 *     says otherwise
 */
@ConfigurationProperties("molink.tenancy")
public record TenancySettings(
        @DefaultValue({Tenancy.DEFAULT_ORGANIZATION, "demo"})
        Set<String> unbilledOrganizations) {

    public TenancySettings {
        unbilledOrganizations = Set.copyOf(unbilledOrganizations);
    }
}
