package dev.molink.console.login;

import dev.molink.console.access.Visitor;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
final class LoginController {

    static final String PATH = "/console/login";

    @GetMapping(PATH)
    String login(@RequestParam(defaultValue = "") String outcome, Model model) {
        if (Visitor.current() != null) {
            return "redirect:/console";
        }
        LoginOutcome.named(outcome).ifPresent(known -> model.addAttribute("outcome", known.name()));
        return "login/login";
    }
}
