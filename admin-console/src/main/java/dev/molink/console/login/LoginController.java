package dev.molink.console.login;

import dev.molink.console.access.Visitor;
import dev.molink.console.oidc.OidcLogin;
import dev.molink.console.oidc.OidcSettings;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
final class LoginController {

    static final String PATH = "/console/login";

    private final OidcSettings provider;

    LoginController(OidcSettings provider) {
        this.provider = provider;
    }

    @GetMapping(PATH)
    String login(@RequestParam(defaultValue = "") String outcome, Model model) {
        if (Visitor.current() != null) {
            return "redirect:/console";
        }
        LoginOutcome.named(outcome).ifPresent(known -> model.addAttribute("outcome", known.name()));
        if (provider.enabled()) {
            model.addAttribute("provider", new ProviderLink(OidcLogin.START, provider.label()));
        }
        return "login/login";
    }

    /** The way to the identity provider, and what people call it. */
    record ProviderLink(String address, String label) {}
}
