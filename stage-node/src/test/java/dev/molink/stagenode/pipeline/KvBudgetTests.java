package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.execution.KvGroupSize;
import java.util.List;
import org.junit.jupiter.api.Test;

class KvBudgetTests {

    private static final long MIB = 1 << 20;

    /** A block of 16 tokens takes 1 MiB; 1,600 tokens take 100. */
    private final List<KvGroupSize> groups = List.of(new KvGroupSize(0, MIB));

    @Test
    void isWhatIsFreeAfterTheWeights() {
        MachineMemory machine = new MachineMemory(8_000 * MIB, 6_000 * MIB);

        KvBudget budget = KvBudget.available(machine, 1_000 * MIB, 1, groups, 1_600);

        assertThat(budget.bytes()).isEqualTo(3_000 * MIB);
        assertThat(budget.reason()).isEqualTo("of 6000 MiB available, less 2000 MiB headroom and 1000 MiB of weights");
    }

    @Test
    void isSharedByTheStagesOfTheMachine() {
        MachineMemory machine = new MachineMemory(8_000 * MIB, 6_000 * MIB);

        KvBudget budget = KvBudget.available(machine, 500 * MIB, 2, groups, 1_600);

        assertThat(budget.bytes()).isEqualTo(1_500 * MIB);
        assertThat(budget.reason()).endsWith("shared by 2 stages");
    }

    @Test
    void isNoMoreThan64SequencesUse() {
        MachineMemory machine = new MachineMemory(80_000 * MIB, 60_000 * MIB);

        KvBudget budget = KvBudget.available(machine, 1_000 * MIB, 1, groups, 1_600);

        assertThat(budget.bytes()).isEqualTo(6_400 * MIB);
        assertThat(budget.reason()).isEqualTo("for 64 sequences of 1600 tokens");
    }

    @Test
    void countsTheWindowOfAGroupAndAPieceAndNotTheWholeSequence() {
        MachineMemory machine = new MachineMemory(8_000_000 * MIB, 6_000_000 * MIB);
        List<KvGroupSize> both = List.of(new KvGroupSize(0, MIB), new KvGroupSize(32, MIB));

        KvBudget budget = KvBudget.available(machine, 0, 1, both, 16_000);

        // 1,000 blocks, and those of 32 + 1,024 tokens with one for the edges.
        assertThat(budget.bytes()).isEqualTo(64 * (1_000 + 67) * MIB);
    }

    @Test
    void refusesWeightsThatTheMachineHasNoRoomFor() {
        MachineMemory machine = new MachineMemory(8_000 * MIB, 1_000 * MIB);

        machine.requireRoom("the weights of layers 0 … 3 of a model", 1_000 * MIB);

        assertThatThrownBy(() -> machine.requireRoom("the weights of layers 0 … 4 of a model", 1_001 * MIB))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the weights of layers 0 … 4 of a model take 1001 MiB of memory,"
                        + " this machine has 1000 MiB available; give this stage fewer layers");
    }

    @Test
    void isOneBlockAtLeast() {
        MachineMemory machine = new MachineMemory(8_000 * MIB, 1_000 * MIB);

        KvBudget budget = KvBudget.available(machine, 1_000 * MIB, 1, groups, 1_600);

        assertThat(budget.bytes()).isEqualTo(MIB);
    }

    @Test
    void refusesLessThanABlock() {
        assertThatThrownBy(() -> KvBudget.asked(MIB - 1, groups))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--kv-memory of 1048575 bytes holds no KV block; one takes 1048576 bytes on this stage");
    }

    @Test
    void readsWhatLinuxCountsAsAvailable() {
        String meminfo = "MemTotal:       24606820 kB\nMemFree:  1 kB\nMemAvailable:   21012345 kB\nBuffers: 7 kB\n";

        assertThat(MachineMemory.inMeminfo(meminfo)).hasValue(21_012_345L * 1024);
        assertThat(MachineMemory.inMeminfo("MemTotal: 5 kB\n")).isEmpty();
    }

    @Test
    void knowsTheMemoryOfThisMachine() {
        MachineMemory now = MachineMemory.now();

        assertThat(now.availableBytes()).isPositive().isLessThanOrEqualTo(now.totalBytes());
    }
}
