package dev.molink.console.oidc;

import dev.molink.controlplane.access.Role;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The OpenID Connect provider that people may log in through.
 *
 * @param issuer the provider's address, below which {@code .well-known/openid-configuration} lies; without it there is no
 *     such login. https, or http on this machine
 * @param clientId the console's name at the provider
 * @param clientSecret its secret there
 * @param redirectUri where the provider sends people back to, when that is not to be derived from the request:
 *     {@code https://HOST/console/login/code/oidc}
 * @param label what the button of the login page says one logs in with
 * @param scopes what is asked for; {@code openid} must be among them
 * @param groupsClaim the claim with a person's groups; a dot leads into an object, as in {@code realm_access.roles}
 * @param createAccounts whether somebody who has a group of {@code grants} but no account gets one
 * @param grants what groups give; for each organization, and for the installation, the first that applies counts
 */
@ConfigurationProperties("molink.console.oidc")
public record OidcSettings(
        @Nullable String issuer,
        @Nullable String clientId,
        @Nullable String clientSecret,
        @Nullable String redirectUri,
        @DefaultValue("single sign-on") String label,
        @DefaultValue({"openid", "profile", "email"}) List<String> scopes,
        @DefaultValue("groups") String groupsClaim,
        @DefaultValue("false") boolean createAccounts,
        @DefaultValue List<Grant> grants) {

    private static final String PREFIX = "molink.console.oidc.";

    /**
     * What a group gives.
     *
     * @param group as the claim has it
     * @param organization the name of the organization in which the role holds; null: the installation, for its operators
     */
    public record Grant(String group, Role role, @Nullable String organization) {

        public Grant {
            if (group == null || group.isBlank() || role == null) {
                throw new IllegalArgumentException(
                        "each of molink.console.oidc.grants has a group and a role (owner, admin, developer, finance or viewer), but one has the group '%s' and the role '%s'"
                                .formatted(group, role));
            }
        }
    }

    public OidcSettings {
        scopes = List.copyOf(scopes);
        grants = List.copyOf(grants);
        if (issuer != null) {
            requireSafe(PREFIX + "issuer", issuer);
            requireSet("client-id", clientId);
            requireSet("client-secret", clientSecret);
            if (!scopes.contains("openid")) {
                throw new IllegalArgumentException(
                        "molink.console.oidc.scopes must contain 'openid', but they are %s".formatted(scopes));
            }
            if (label.isBlank()) {
                throw new IllegalArgumentException(
                        "molink.console.oidc.label must not be blank, but it is '%s'".formatted(label));
            }
            if (groupsClaim.isBlank()) {
                throw new IllegalArgumentException(
                        "molink.console.oidc.groups-claim must name a claim such as groups or realm_access.roles, but it is '%s'"
                                .formatted(groupsClaim));
            }
            if (redirectUri != null) {
                requireSafe(PREFIX + "redirect-uri", redirectUri);
            }
        }
    }

    /** Whether people may log in through a provider. */
    public boolean enabled() {
        return issuer != null;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "OidcSettings[issuer=%s, clientId=%s]".formatted(issuer, clientId);
    }

    /**
     * Refuses addresses over which secrets and tokens would travel in the clear.
     *
     * @throws IllegalArgumentException when it is neither https nor on this machine
     */
    static void requireSafe(String name, String address) {
        if (!isSafe(address)) {
            throw new IllegalArgumentException(
                    "%s must be an https address (http only on this machine), but it is '%s'".formatted(name, address));
        }
    }

    private static boolean isSafe(String address) {
        try {
            URI uri = URI.create(address);
            String host = uri.getHost();
            return host != null
                    && ("https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && isHere(host)));
        } catch (IllegalArgumentException unreadable) {
            return false;
        }
    }

    private static boolean isHere(String host) {
        try {
            return host.equals("localhost")
                    || (host.matches("[0-9.]+|\\[.*]")
                            && InetAddress.getByName(host).isLoopbackAddress());
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    private static void requireSet(String key, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(PREFIX + key + " must be set, because molink.console.oidc.issuer is");
        }
    }
}
