package dev.molink.console.system;

import dev.molink.console.access.Area;
import dev.molink.console.access.Visitor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the layout shows around every page. {@code visitor} is null as long as nobody is logged in. */
public record Frame(@Nullable Visitor visitor, List<Area> areas, AssetLinks assets) {

    static Frame around(@Nullable Visitor visitor, AssetLinks assets) {
        return new Frame(visitor, visitor == null ? List.of() : visitor.areas(), assets);
    }
}
