package dev.molink.console.access;

import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Role;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticatedPrincipal;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

/** The person who is logged in. */
public record Visitor(String accountId, String login, Role role) implements AuthenticatedPrincipal, Serializable {

    /** The visitor of this thread's request; null when nobody is logged in. */
    public static @Nullable Visitor current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Visitor visitor ? visitor : null;
    }

    @Override
    public String getName() {
        return login;
    }

    /** Who changes something, for the audit log. */
    public AdminCaller caller() {
        return new AdminCaller(ActorKind.ACCOUNT, accountId, null, role);
    }

    /** What the role allows; nothing else is allowed. */
    public List<GrantedAuthority> authorities() {
        return Arrays.stream(Area.values()).flatMap(this::authorities).toList();
    }

    /** The areas that the visitor may look at, in the order of the navigation. */
    public List<Area> areas() {
        return Arrays.stream(Area.values()).filter(area -> area.isSeenBy(role)).toList();
    }

    public boolean manages(Area area) {
        return area.isManagedBy(role);
    }

    private Stream<GrantedAuthority> authorities(Area area) {
        Stream<String> view = area.isSeenBy(role) ? Stream.of(area.view()) : Stream.empty();
        Stream<String> manage = area.isManagedBy(role) ? Stream.of(area.manage()) : Stream.empty();
        return Stream.concat(view, manage).map(SimpleGrantedAuthority::new);
    }
}
