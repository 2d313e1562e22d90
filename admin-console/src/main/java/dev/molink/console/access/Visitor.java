package dev.molink.console.access;

import dev.molink.controlplane.access.Access;
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

/**
 * The person who is logged in.
 *
 * @param role in the organization, or of an operator in the installation
 * @param organizationId the one organization that the pages are about; null for an operator, who sees all
 * @param organizations all that the visitor may choose from; empty for an operator
 * @param sessionStamp of the account when it logged in
 */
public record Visitor(
        String accountId,
        String login,
        Role role,
        @Nullable String organizationId,
        List<Choice> organizations,
        long sessionStamp)
        implements AuthenticatedPrincipal, Serializable {

    public Visitor {
        organizations = List.copyOf(organizations);
    }

    /** An organization that the visitor belongs to. */
    public record Choice(String organizationId, String name) implements Serializable {}

    /** The visitor of this thread's request; null when nobody is logged in. */
    public static @Nullable Visitor current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Visitor visitor ? visitor : null;
    }

    @Override
    public String getName() {
        return login;
    }

    /** Whether the visitor runs the installation and sees every organization. */
    public boolean operator() {
        return organizationId == null;
    }

    /** Whether something of this organization is the visitor's to see. */
    public boolean sees(String otherOrganizationId) {
        return organizationId == null || organizationId.equals(otherOrganizationId);
    }

    /** The name of the visitor's organization; empty for an operator. */
    public String organizationName() {
        return organizations.stream()
                .filter(choice -> choice.organizationId().equals(organizationId))
                .map(Choice::name)
                .findFirst()
                .orElse("");
    }

    /** Whether there is more than one organization to look at. */
    public boolean choosesOrganization() {
        return organizations.size() > 1;
    }

    /** The visitor as the one on whose behalf something is administered. */
    public AdminCaller caller() {
        return new AdminCaller(ActorKind.ACCOUNT, accountId, organizationId, role);
    }

    /** What the role allows; nothing else is allowed. */
    public List<GrantedAuthority> authorities() {
        return Arrays.stream(Area.values()).flatMap(this::authorities).toList();
    }

    /** The areas that the visitor may look at, in the order of the navigation. */
    public List<Area> areas() {
        return Arrays.stream(Area.values())
                .filter(area -> area.allows(this, Access.VIEW))
                .toList();
    }

    public boolean manages(Area area) {
        return area.allows(this, Access.MANAGE);
    }

    private Stream<GrantedAuthority> authorities(Area area) {
        Stream<String> view = area.allows(this, Access.VIEW) ? Stream.of(area.view()) : Stream.empty();
        Stream<String> manage = area.allows(this, Access.MANAGE) ? Stream.of(area.manage()) : Stream.empty();
        return Stream.concat(view, manage).map(SimpleGrantedAuthority::new);
    }
}
