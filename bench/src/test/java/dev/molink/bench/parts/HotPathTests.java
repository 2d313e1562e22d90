package dev.molink.bench.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HotPathTests {

    @TempDir
    private Path data;

    /** What is measured is what a gateway does: a key, a price, limits, a lease and a charge. */
    @Test
    void chargesARequestOfABilledProject() throws Exception {
        try (HotPath path = HotPath.start(data)) {
            assertThat(path.verify().billed()).isTrue();
            assertThat(path.admitAndEnd().admittedAt()).isNotNull();
            assertThat(path.everything().bill().coveredTokens()).isPositive();
        }
    }
}
