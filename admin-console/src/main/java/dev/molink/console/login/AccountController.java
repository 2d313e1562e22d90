package dev.molink.console.login;

import dev.molink.console.access.Visitor;
import dev.molink.console.access.Visitors;
import dev.molink.console.system.Notice;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.accounts.PasswordHash;
import dev.molink.controlplane.accounts.PasswordsBusyException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The visitor's own account: another password, another organization. */
@Controller
final class AccountController {

    private static final String PATH = "/console/account";
    private static final String PAGE = "redirect:" + PATH;

    private final Accounts accounts;
    private final Visitors visitors;
    private final VisitorSession session;
    private final LoginThrottle throttle;
    private final LoginRecord record;

    AccountController(
            Accounts accounts, Visitors visitors, VisitorSession session, LoginThrottle throttle, LoginRecord record) {
        this.accounts = accounts;
        this.visitors = visitors;
        this.session = session;
        this.throttle = throttle;
        this.record = record;
    }

    /** Why a password stays as it is. */
    enum Problem {
        WRONG_PASSWORD,
        NOT_ALLOWED,
        THROTTLED,
        BUSY
    }

    /** What the page shows: a visitor without password logs in through the identity provider only. */
    record AccountPage(String login, boolean withPassword) {}

    @GetMapping(PATH)
    String page(@AuthenticationPrincipal Visitor visitor, Model model) {
        model.addAttribute("page", new AccountPage(visitor.login(), accounts.hasPassword(visitor.accountId())));
        return "login/account";
    }

    @PostMapping(PATH + "/password")
    String changePassword(
            @AuthenticationPrincipal Visitor visitor,
            @RequestParam String current,
            @RequestParam String password,
            HttpServletRequest request,
            HttpServletResponse response,
            RedirectAttributes next) {
        Optional<Problem> problem = change(visitor, current, password, request, response);
        if (problem.isPresent()) {
            next.addFlashAttribute("problem", problem.get().name());
        } else {
            next.addFlashAttribute(Notice.ATTRIBUTE, new Notice("account.changed", visitor.login()));
        }
        return PAGE;
    }

    /** Looks at another of the visitor's organizations; an id that is none of them changes nothing. */
    @PostMapping(PATH + "/organization")
    String changeOrganization(
            @AuthenticationPrincipal Visitor visitor,
            @RequestParam String organizationId,
            HttpServletRequest request,
            HttpServletResponse response) {
        visitors.of(accounts.account(visitor.accountId()), organizationId)
                .filter(changed -> changed.sees(organizationId))
                .ifPresent(changed -> session.become(changed, request, response));
        return "redirect:/console";
    }

    private Optional<Problem> change(
            Visitor visitor,
            String current,
            String password,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (!throttle.admit(visitor.login(), request.getRemoteAddr())) {
            return Optional.of(Problem.THROTTLED);
        }
        try {
            if (accounts.authenticate(visitor.login(), current).isEmpty()) {
                return Optional.of(Problem.WRONG_PASSWORD);
            }
            throttle.succeeded(visitor.login(), request.getRemoteAddr());
            store(visitor, accounts.hashed(password), request, response);
            return Optional.empty();
        } catch (RefusedException refused) {
            return Optional.of(Problem.NOT_ALLOWED);
        } catch (PasswordsBusyException busy) {
            return Optional.of(Problem.BUSY);
        }
    }

    /** Ends every other session: theirs have the account's old stamp. */
    private void store(Visitor visitor, PasswordHash hash, HttpServletRequest request, HttpServletResponse response) {
        AccountSummary changed =
                record.passwordChanged(visitor, () -> accounts.changePassword(visitor.accountId(), hash));
        request.changeSessionId();
        visitors.of(changed, visitor.organizationId()).ifPresent(same -> session.become(same, request, response));
    }
}
