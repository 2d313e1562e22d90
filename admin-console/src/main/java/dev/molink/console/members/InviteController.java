package dev.molink.console.members;

import dev.molink.console.access.Visitor;
import dev.molink.console.login.LoginOutcome;
import dev.molink.console.system.Notice;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.accounts.PasswordsBusyException;
import dev.molink.controlplane.audit.AuditEntry;
import dev.molink.controlplane.audit.AuditedWrites;
import dev.molink.controlplane.members.Invite;
import dev.molink.controlplane.members.Invites;
import dev.molink.controlplane.members.Member;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Where the link of an invitation leads: somebody new chooses a password, somebody with an account says yes to it. */
@Controller
final class InviteController {

    static final String PATH = "/console/invite";

    private static final String PAGE = "members/invite";

    private final Invites invites;
    private final Accounts accounts;
    private final AuditedWrites writes;

    InviteController(Invites invites, Accounts accounts, AuditedWrites writes) {
        this.invites = invites;
        this.accounts = accounts;
        this.writes = writes;
    }

    /** How this visitor accepts. */
    enum Way {
        PASSWORD,
        CONFIRM,
        LOG_IN,
        SOMEBODY_ELSE
    }

    /** Why nothing was accepted. */
    enum Problem {
        NOT_ALLOWED,
        TAKEN,
        BUSY
    }

    /** What the page shows of an invitation. */
    record OpenInvite(String organization, String email, Role role, Way way) {}

    @GetMapping(PATH)
    String page(@RequestParam(defaultValue = "") String token, Model model) {
        invites.open(token).ifPresent(invite -> show(invite, token, model));
        return PAGE;
    }

    @PostMapping(PATH)
    String accept(
            @RequestParam(defaultValue = "") String token,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String password,
            Model model,
            RedirectAttributes next) {
        Optional<Invite> open = invites.open(token);
        if (open.isEmpty()) {
            return PAGE;
        }
        Invite invite = open.get();
        return switch (way(invite)) {
            case PASSWORD -> acceptAsNew(invite, token, name, password, model);
            case CONFIRM -> confirm(invite, token, model, next);
            case LOG_IN, SOMEBODY_ELSE -> {
                show(invite, token, model);
                yield PAGE;
            }
        };
    }

    private String acceptAsNew(Invite invite, String token, String name, String password, Model model) {
        Optional<Problem> problem = accepted(null, () -> invites.acceptAsNew(token, name, password));
        if (problem.isEmpty()) {
            return "redirect:" + LoginOutcome.ACCEPTED.page();
        }
        model.addAttribute("typedName", name);
        return again(invite, token, problem.get(), model);
    }

    private String confirm(Invite invite, String token, Model model, RedirectAttributes next) {
        Visitor visitor = Objects.requireNonNull(Visitor.current());
        Optional<Problem> problem = accepted(visitor, () -> invites.acceptAs(token, visitor.accountId()));
        if (problem.isPresent()) {
            return again(invite, token, problem.get(), model);
        }
        next.addFlashAttribute(Notice.ATTRIBUTE, new Notice("invite.accepted", invite.organizationName()));
        return "redirect:/console/overview";
    }

    private String again(Invite invite, String token, Problem problem, Model model) {
        model.addAttribute("problem", problem.name());
        show(invite, token, model);
        return PAGE;
    }

    private Optional<Problem> accepted(@Nullable Visitor visitor, Supplier<Member> acceptance) {
        try {
            writes.run(acceptance, member -> List.of(recorded(visitor, member)));
            return Optional.empty();
        } catch (RefusedException refused) {
            return Optional.of(
                    refused.reason() == RefusedException.Reason.INVALID_VALUE ? Problem.NOT_ALLOWED : Problem.TAKEN);
        } catch (PasswordsBusyException busy) {
            return Optional.of(Problem.BUSY);
        }
    }

    private void show(Invite invite, String token, Model model) {
        model.addAttribute("token", token);
        model.addAttribute(
                "invite", new OpenInvite(invite.organizationName(), invite.email(), invite.role(), way(invite)));
    }

    private Way way(Invite invite) {
        Visitor visitor = Visitor.current();
        if (visitor != null) {
            return isFor(invite, visitor) ? Way.CONFIRM : Way.SOMEBODY_ELSE;
        }
        return invites.isForAnAccount(invite) ? Way.LOG_IN : Way.PASSWORD;
    }

    private boolean isFor(Invite invite, Visitor visitor) {
        return invite.email().equals(visitor.login())
                || invite.email().equals(accounts.account(visitor.accountId()).email());
    }

    private static AuditEntry recorded(@Nullable Visitor visitor, Member member) {
        AdminCaller caller = visitor == null
                ? new AdminCaller(ActorKind.ACCOUNT, member.accountId(), member.organizationId(), member.role())
                : visitor.caller();
        return new AuditEntry(
                caller,
                "invite.accepted",
                member.accountId(),
                member.organizationId(),
                Map.of(),
                Map.of("role", member.role().name().toLowerCase(Locale.ROOT)),
                "");
    }
}
