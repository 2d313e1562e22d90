package dev.molink.console.oidc;

import dev.molink.console.access.Visitor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/** Somebody whom the provider vouched for, and the visitor that they are; lives for one request. */
public final class ProvidedVisitor extends DefaultOidcUser {

    private static final long serialVersionUID = 1L;

    private final Visitor visitor;

    ProvidedVisitor(OidcUser user, Visitor visitor) {
        super(visitor.authorities(), user.getIdToken(), user.getUserInfo());
        this.visitor = visitor;
    }

    public Visitor visitor() {
        return visitor;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return super.equals(other) && other instanceof ProvidedVisitor that && visitor.equals(that.visitor);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), visitor);
    }
}
