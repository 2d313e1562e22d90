package dev.molink.console.system;

import java.util.Objects;
import org.springframework.web.servlet.resource.ResourceUrlProvider;

/** Where the style sheet, the scripts and the pictures are; each address changes with the content, so they may be cached. */
public record AssetLinks(String styles, String script, String htmx, String icon, String symbols) {

    static final String PATH = "/console/assets/";
    static final String WEBJARS = PATH + "webjars/";

    static AssetLinks from(ResourceUrlProvider resources) {
        return new AssetLinks(
                link(resources, PATH + "console.css"),
                link(resources, PATH + "console.js"),
                link(resources, WEBJARS + "htmx.org/dist/htmx.min.js"),
                link(resources, PATH + "icon.svg"),
                link(resources, PATH + "symbols.svg"));
    }

    private static String link(ResourceUrlProvider resources, String path) {
        return Objects.requireNonNull(
                resources.getForLookupPath(path), () -> "the console's jar lacks the file for " + path);
    }
}
