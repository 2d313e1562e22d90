package dev.molink.controlplane.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.paging.PageRequest.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages of a list, in both directions. */
class PageTests {

    private static final List<String> LIST =
            IntStream.range(0, 23).mapToObj(number -> "id_" + number).toList();

    @ParameterizedTest
    @EnumSource
    void pagesBehindEachOtherAreTheWholeList(Order order) {
        List<String> seen = new ArrayList<>();
        @Nullable String after = null;
        Page<String> page;
        do {
            page = page(5, after, null, order);
            seen.addAll(page.items());
            after = page.items().getLast();
        } while (page.hasMore());

        assertThat(seen).isEqualTo(order == Order.ASC ? LIST : LIST.reversed());
    }

    @ParameterizedTest
    @EnumSource
    void pagesInFrontOfEachOtherAreTheListUpToTheFirst(Order order) {
        List<String> list = order == Order.ASC ? LIST : LIST.reversed();
        List<String> seen = new ArrayList<>();
        String before = list.get(20);
        Page<String> page;
        do {
            page = page(6, null, before, order);
            seen.addAll(0, page.items());
            before = page.items().getFirst();
        } while (page.hasMore());

        assertThat(seen).isEqualTo(list.subList(0, 20));
    }

    @Test
    void anExactPageHasNoMore() {
        assertThat(page(23, null, null, Order.ASC)).isEqualTo(new Page<>(LIST, false));
        assertThat(page(22, null, null, Order.ASC).hasMore()).isTrue();
        assertThat(page(5, "id_22", null, Order.ASC)).isEqualTo(new Page<>(List.of(), false));
    }

    @Test
    void saysWhatWasWrong() {
        assertThatThrownBy(() -> page(0, null, null, Order.ASC)).hasMessageContaining("between 1 and 100, but it is 0");
        assertThatThrownBy(() -> page(101, null, null, Order.ASC)).hasMessageContaining("but it is 101");
        assertThatThrownBy(() -> page(5, "a", "b", Order.ASC)).hasMessageContaining("cannot be used together");
        assertThatThrownBy(() -> page(5, null, "id_99", Order.ASC))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.field()).isEqualTo("before"));
    }

    private static Page<String> page(int limit, @Nullable String after, @Nullable String before, Order order) {
        return Page.of(LIST, new PageRequest(limit, after, before, order), Function.identity());
    }
}
