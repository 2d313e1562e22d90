package dev.molink.stagenode.kvcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockAllocatorTests {

    @Test
    void countsTheBlocksThatTokensTake() {
        assertThat(List.of(0, 1, 16, 17, 4096).stream().map(BlockAllocator::blocksFor))
                .containsExactly(0, 1, 1, 2, 256);
    }

    @Test
    void refusesMoreBlocksThanAreFreeAndTakesNone() {
        BlockAllocator allocator = new BlockAllocator(List.of(4));

        assertThatThrownBy(() -> allocator.allocate(0, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("5 blocks of KV group 0 were asked for, 4 of 4 are free");

        assertThat(allocator.freeBlocks(0)).isEqualTo(4);
    }

    @Test
    void refusesToFreeABlockTwice() {
        BlockAllocator allocator = new BlockAllocator(List.of(4));
        List<Integer> blocks = allocator.allocate(0, 1);
        allocator.free(0, blocks);

        assertThatThrownBy(() -> allocator.free(0, blocks))
                .hasMessage("block %d of KV group 0 is not in use".formatted(blocks.getFirst()));
    }

    @Test
    void behavesAsASetOfFreeIdsPerGroup() {
        int histories = Boolean.getBoolean("molink.test.full") ? 500 : 50;
        for (long seed = 0; seed < histories; seed++) {
            runBesideAModel(seed);
        }
    }

    private static void runBesideAModel(long seed) {
        Random random = new Random(seed);
        List<Integer> sizes = List.of(random.nextInt(40), 1 + random.nextInt(40));
        BlockAllocator allocator = new BlockAllocator(sizes);
        List<Set<Integer>> used = List.of(new HashSet<>(), new HashSet<>());

        for (int step = 0; step < 400; step++) {
            int group = random.nextInt(2);
            Set<Integer> model = used.get(group);
            if (random.nextBoolean()) {
                int count = random.nextInt(allocator.freeBlocks(group) + 1);
                List<Integer> taken = allocator.allocate(group, count);
                assertThat(taken).as("seed %d", seed).hasSize(count).noneMatch(model::contains);
                assertThat(taken)
                        .allMatch(id -> id >= 0 && id < sizes.get(group))
                        .doesNotHaveDuplicates();
                model.addAll(taken);
            } else {
                List<Integer> back = new ArrayList<>(model);
                back.removeIf(_ -> random.nextBoolean());
                allocator.free(group, back);
                back.forEach(model::remove);
            }
            assertThat(allocator.usedBlocks(group)).as("seed %d", seed).isEqualTo(model.size());
        }
    }
}
