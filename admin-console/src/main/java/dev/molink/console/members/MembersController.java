package dev.molink.console.members;

import dev.molink.console.access.Area;
import dev.molink.console.access.Visitor;
import dev.molink.console.access.Visitor.Choice;
import dev.molink.console.system.Notice;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.audit.AuditEntry;
import dev.molink.controlplane.audit.AuditedWrites;
import dev.molink.controlplane.members.CreatedInvite;
import dev.molink.controlplane.members.Invite;
import dev.molink.controlplane.members.Invites;
import dev.molink.controlplane.members.Member;
import dev.molink.controlplane.members.Members;
import dev.molink.controlplane.members.RoleChange;
import dev.molink.controlplane.tenancy.Tenancy;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * The members of the visitor's organization; an operator chooses one by {@code organization}, which others cannot: theirs is
 * always their own.
 */
@Controller
final class MembersController {

    private static final String PATH = "/console/members";
    private static final String LIST = "redirect:" + PATH;

    private final Members members;
    private final Invites invites;
    private final Tenancy tenancy;
    private final AuditedWrites writes;
    private final InstantSource clock;

    MembersController(Members members, Invites invites, Tenancy tenancy, AuditedWrites writes, InstantSource clock) {
        this.members = members;
        this.invites = invites;
        this.tenancy = tenancy;
        this.writes = writes;
        this.clock = clock;
    }

    /** Why nothing changed. */
    enum Problem {
        EMAIL,
        TAKEN,
        ONLY_OWNER,
        ACCEPTED
    }

    @GetMapping(PATH)
    String list(
            @AuthenticationPrincipal Visitor visitor,
            @RequestParam(defaultValue = "") String organization,
            Model model) {
        List<Choice> choices = visitor.operator() ? organizations() : List.of();
        String chosen = chosen(visitor, organization, choices);
        Instant now = clock.instant();
        model.addAttribute(
                "page",
                new MembersPage(
                        visitor.manages(Area.MEMBERS),
                        choices,
                        chosen,
                        chosen.isEmpty() ? "" : tenancy.organization(chosen).name(),
                        List.of(Role.values()),
                        members.list(chosen).stream().map(MemberView::of).toList(),
                        invites.list(chosen).stream()
                                .map(invite -> InviteView.of(invite, now))
                                .toList()));
        return "members/members";
    }

    @PostMapping(PATH + "/{accountId}/role")
    String changeRole(
            @AuthenticationPrincipal Visitor visitor,
            @PathVariable String accountId,
            @RequestParam(defaultValue = "") String organization,
            @RequestParam Role role,
            RedirectAttributes next) {
        String id = own(visitor, organization, next);
        Member member = members.member(id, accountId);
        try {
            writes.run(() -> members.changeRole(id, member.accountId(), role), done -> List.of(changed(visitor, done)));
            told(next, "members.changed", member);
        } catch (RefusedException refused) {
            problem(next, refused, Problem.ONLY_OWNER);
        }
        return LIST;
    }

    @GetMapping(PATH + "/{accountId}/remove")
    String confirm(
            @AuthenticationPrincipal Visitor visitor,
            @PathVariable String accountId,
            @RequestParam(defaultValue = "") String organization,
            Model model) {
        String id = Objects.requireNonNullElse(visitor.organizationId(), organization);
        model.addAttribute("member", MemberView.of(members.member(id, accountId)));
        model.addAttribute("organization", tenancy.organization(id));
        return "members/remove";
    }

    @PostMapping(PATH + "/{accountId}/remove")
    String remove(
            @AuthenticationPrincipal Visitor visitor,
            @PathVariable String accountId,
            @RequestParam(defaultValue = "") String organization,
            RedirectAttributes next) {
        String id = own(visitor, organization, next);
        Member member = members.member(id, accountId);
        try {
            writes.run(
                    () -> members.remove(id, member.accountId()),
                    done -> List.of(entry(visitor, "user.deleted", accountId, id, recorded(done.role()), Map.of())));
            told(next, "members.removed", member);
        } catch (RefusedException refused) {
            problem(next, refused, Problem.ONLY_OWNER);
        }
        return LIST;
    }

    @PostMapping(PATH + "/invites")
    String invite(
            @AuthenticationPrincipal Visitor visitor,
            @RequestParam(defaultValue = "") String organization,
            @RequestParam String email,
            @RequestParam Role role,
            RedirectAttributes next) {
        String id = own(visitor, organization, next);
        try {
            CreatedInvite created = writes.run(
                    () -> invites.create(id, email, role, List.of(), Invites.DEFAULT_VALIDITY),
                    done -> List.of(invited(visitor, "invite.sent", done.invite(), Map.of(), recorded(done.invite()))));
            next.addFlashAttribute("newInvite", new NewInvite(created.invite().email(), link(created)));
        } catch (RefusedException refused) {
            next.addFlashAttribute("typedEmail", email);
            problem(next, refused, Problem.EMAIL);
        }
        return LIST;
    }

    @PostMapping(PATH + "/invites/{inviteId}/delete")
    String deleteInvite(
            @AuthenticationPrincipal Visitor visitor,
            @PathVariable String inviteId,
            @RequestParam(defaultValue = "") String organization,
            RedirectAttributes next) {
        String id = own(visitor, organization, next);
        try {
            Invite deleted = writes.run(
                    () -> invites.delete(id, inviteId),
                    done -> List.of(invited(visitor, "invite.deleted", done, recorded(done), Map.of())));
            next.addFlashAttribute(Notice.ATTRIBUTE, new Notice("members.deleted", deleted.email()));
        } catch (RefusedException refused) {
            problem(next, refused, Problem.ACCEPTED);
        }
        return LIST;
    }

    @ExceptionHandler
    void refused(RefusedException refused, HttpServletResponse response) throws IOException {
        boolean missing = refused.reason() == Reason.NOT_FOUND;
        response.sendError(missing ? HttpServletResponse.SC_NOT_FOUND : HttpServletResponse.SC_BAD_REQUEST);
    }

    /** The organization that a form is about, to which the list then comes back. */
    private static String own(Visitor visitor, String organization, RedirectAttributes next) {
        if (visitor.organizationId() != null) {
            return visitor.organizationId();
        }
        next.addAttribute("organization", organization);
        return organization;
    }

    private static String chosen(Visitor visitor, String organization, List<Choice> choices) {
        if (visitor.organizationId() != null) {
            return visitor.organizationId();
        }
        List<String> ids = choices.stream().map(Choice::organizationId).toList();
        if (organization.isEmpty()) {
            return ids.isEmpty() ? "" : ids.getFirst();
        }
        if (!ids.contains(organization)) {
            throw new RefusedException(Reason.NOT_FOUND, "there is no organization '%s'".formatted(organization));
        }
        return organization;
    }

    private List<Choice> organizations() {
        return tenancy.organizations().stream()
                .map(organization -> new Choice(organization.organizationId(), organization.name()))
                .toList();
    }

    private static String link(CreatedInvite created) {
        return ServletUriComponentsBuilder.fromCurrentContextPath()
                .path(InviteController.PATH)
                .queryParam("token", created.token())
                .toUriString();
    }

    private static void told(RedirectAttributes next, String key, Member member) {
        next.addFlashAttribute(
                Notice.ATTRIBUTE, new Notice(key, MemberView.of(member).name()));
    }

    /** What is missing is for the error page; what is not allowed is told beside the form. */
    private static void problem(RedirectAttributes next, RefusedException refused, Problem invalid) {
        Problem problem = switch (refused.reason()) {
            case INVALID_VALUE -> invalid;
            case NAME_TAKEN -> Problem.TAKEN;
            case NOT_FOUND -> throw refused;
        };
        next.addFlashAttribute("problem", problem.name());
    }

    private static AuditEntry changed(Visitor visitor, RoleChange change) {
        Member after = change.after();
        return entry(
                visitor,
                "user.updated",
                after.accountId(),
                after.organizationId(),
                recorded(change.before().role()),
                recorded(after.role()));
    }

    private static AuditEntry invited(
            Visitor visitor, String action, Invite invite, Map<String, String> before, Map<String, String> after) {
        return entry(visitor, action, invite.inviteId(), invite.organizationId(), before, after);
    }

    private static AuditEntry entry(
            Visitor visitor,
            String action,
            String objectId,
            String organizationId,
            Map<String, String> before,
            Map<String, String> after) {
        return new AuditEntry(visitor.caller(), action, objectId, organizationId, before, after, "");
    }

    private static Map<String, String> recorded(Role role) {
        return Map.of("role", role.name().toLowerCase(Locale.ROOT));
    }

    private static Map<String, String> recorded(Invite invite) {
        return Map.of("email", invite.email(), "role", invite.role().name().toLowerCase(Locale.ROOT));
    }
}
