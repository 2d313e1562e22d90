package dev.molink.console.system;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

@Controller
final class HomeController {

    @GetMapping({"/console", "/console/"})
    String home() {
        return "redirect:/console/overview";
    }
}
