package dev.molink.console.system;

import dev.molink.console.access.Visitor;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.servlet.resource.ResourceUrlProvider;

/** Gives every page of the console its frame. */
@ControllerAdvice(basePackages = "dev.molink.console")
final class FrameAdvice {

    private final ResourceUrlProvider resources;

    FrameAdvice(ResourceUrlProvider resources) {
        this.resources = resources;
    }

    @ModelAttribute("frame")
    Frame frame() {
        return Frame.around(Visitor.current(), AssetLinks.from(resources));
    }
}
