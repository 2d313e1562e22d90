package dev.molink.console.oidc;

import dev.molink.console.access.Visitors;
import dev.molink.controlplane.members.ProvidedPerson;
import dev.molink.controlplane.members.ProviderLogin;
import dev.molink.controlplane.members.ProviderLogin.Cause;
import dev.molink.controlplane.members.ProviderLogins;
import dev.molink.controlplane.members.RoleGrant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.userinfo.OAuth2UserService;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/** Finds or makes the account of whom the provider vouches for. */
final class ProvidedVisitors implements OAuth2UserService<OidcUserRequest, OidcUser> {

    private final OAuth2UserService<OidcUserRequest, OidcUser> provider;
    private final OidcSettings settings;
    private final ProviderLogins logins;
    private final Visitors visitors;

    ProvidedVisitors(
            OAuth2UserService<OidcUserRequest, OidcUser> provider,
            OidcSettings settings,
            ProviderLogins logins,
            Visitors visitors) {
        this.provider = provider;
        this.settings = settings;
        this.logins = logins;
        this.visitors = visitors;
    }

    /** @throws ProviderRefusedException when the person stays out */
    @Override
    public OidcUser loadUser(OidcUserRequest request) {
        OidcUser user = Objects.requireNonNull(provider.loadUser(request));
        return switch (logins.login(person(user), settings.createAccounts())) {
            case ProviderLogin.Admitted admitted ->
                new ProvidedVisitor(
                        user,
                        visitors.of(admitted.account(), null)
                                .orElseThrow(() -> new ProviderRefusedException(Cause.NO_ROLE)));
            case ProviderLogin.Refused refused -> throw new ProviderRefusedException(refused.cause());
        };
    }

    private ProvidedPerson person(OidcUser user) {
        return new ProvidedPerson(
                Objects.requireNonNull(user.getIssuer()).toString(),
                Objects.requireNonNull(user.getSubject()),
                user.getEmail(),
                Boolean.TRUE.equals(user.getEmailVerified()),
                user.getFullName(),
                grants(Set.copyOf(Claims.texts(user.getClaims(), settings.groupsClaim()))));
    }

    private List<RoleGrant> grants(Set<String> groups) {
        return settings.grants().stream()
                .filter(grant -> groups.contains(grant.group()))
                .map(grant -> new RoleGrant(grant.role(), grant.organization()))
                .toList();
    }
}
