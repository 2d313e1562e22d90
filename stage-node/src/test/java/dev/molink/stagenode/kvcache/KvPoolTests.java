package dev.molink.stagenode.kvcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.BlockTrim;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class KvPoolTests {

    private static final TokenIds COUNTING = position -> position;

    private static PrefixChain chain(String salt) {
        return new PrefixChain(salt, COUNTING);
    }

    private static Candidate candidate(long sequenceId, int tokens) {
        return new Candidate(sequenceId, chain("tenant"), tokens, tokens);
    }

    private static Admission admit(KvPool pool, Candidate candidate) {
        return pool.admit(candidate, 0).orElseThrow();
    }

    /** A sequence that was computed, confirmed and released, so that its full blocks are cached. */
    private static void leaveCached(KvPool pool, Candidate candidate) {
        Admission admission = admit(pool, candidate);
        assertThat(pool.grow(admission.blocks(), candidate.tokens())).isPresent();
        pool.confirm(admission.blocks(), candidate.tokens());
        pool.release(admission.blocks());
    }

    @Test
    void countsTheBlocksThatTokensTake() {
        assertThat(IntStream.of(0, 1, 16, 17, 4096).map(KvPool::blocksFor)).containsExactly(0, 1, 1, 2, 256);
    }

    @Nested
    class Admitting {

        private final KvPool pool = new KvPool(List.of(KvGroup.full(4)));

        @Test
        void givesBlocksForAllTokens() {
            Admission admission = admit(pool, candidate(7, 33));

            assertThat(admission.cachedTokens()).isZero();
            assertThat(admission.changes().appends()).containsExactly(new BlockAppend(7, 0, List.of(0, 1, 2)));
            assertThat(pool.usage(0)).isEqualTo(new KvUsage(4, 3, 0, 0));
        }

        @Test
        void changesNothingWithoutRoom() {
            admit(pool, candidate(1, 33));

            assertThat(pool.admit(candidate(2, 17), 0)).isEmpty();
            assertThat(pool.admit(candidate(2, 16), 1)).isEmpty();

            assertThat(pool.usage(0).usedBlocks()).isEqualTo(3);
            assertThat(pool.admit(candidate(2, 16), 0)).isPresent();
        }

        @Test
        void refusesASequenceThatHasBlocks() {
            admit(pool, candidate(1, 1));

            assertThatThrownBy(() -> pool.admit(candidate(1, 1), 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("sequence 1 has KV blocks already");
        }

        @Test
        void refusesACandidateWithoutTokens() {
            assertThatThrownBy(() -> candidate(1, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class PrefixHits {

        private final KvPool pool = new KvPool(List.of(KvGroup.full(8)));

        @Test
        void shareFullBlocksAndLeaveARowToSampleFrom() {
            leaveCached(pool, candidate(1, 64));

            Admission whole = admit(pool, candidate(2, 64));
            Admission longer = admit(pool, candidate(3, 65));

            assertThat(whole.cachedTokens()).isEqualTo(48);
            assertThat(longer.cachedTokens()).isEqualTo(64);
            assertThat(longer.blocks().block(0, 2)).isEqualTo(whole.blocks().block(0, 2));
            assertThat(longer.blocks().block(0, 3)).isNotEqualTo(whole.blocks().block(0, 3));
            assertThat(pool.hitTokens()).isEqualTo(112);
            assertThat(pool.queriedTokens()).isEqualTo(64 + 64 + 65);
        }

        @Test
        void waitForConfirmation() {
            Admission first = admit(pool, candidate(1, 33));
            Admission early = admit(pool, candidate(2, 33));
            pool.confirm(first.blocks(), 31);

            Admission afterOne = admit(pool, candidate(3, 17));

            assertThat(early.cachedTokens()).isZero();
            assertThat(afterOne.cachedTokens()).isEqualTo(16);
        }

        @Test
        void needTheSameSalt() {
            leaveCached(pool, candidate(1, 64));

            Admission other = admit(pool, new Candidate(2, chain("another"), 64, 64));

            assertThat(other.cachedTokens()).isZero();
        }

        @Test
        void needTheSameIdsFromTheStart() {
            leaveCached(pool, candidate(1, 64));
            TokenIds firstDiffers = position -> position == 0 ? 9 : position;

            Admission other = admit(pool, new Candidate(2, new PrefixChain("tenant", firstDiffers), 64, 64));

            assertThat(other.cachedTokens()).isZero();
        }

        @Test
        void goNoFurtherThanMayBeReused() {
            leaveCached(pool, candidate(1, 64));

            Admission admission = admit(pool, new Candidate(2, chain("tenant"), 64, 47));

            assertThat(admission.cachedTokens()).isEqualTo(32);
        }

        @Test
        void endWithTheLeastRecentlyUsedChainWhenBlocksRunOut() {
            leaveCached(pool, candidate(1, 64));
            leaveCached(pool, new Candidate(2, chain("another"), 64, 0));

            Admission fresh = admit(pool, new Candidate(3, chain("third"), 33, 33));

            assertThat(fresh.cachedTokens()).isZero();
            assertThat(pool.usage(0)).isEqualTo(new KvUsage(8, 3, 5, 3));
            pool.release(fresh.blocks());
            assertThat(admit(pool, candidate(4, 64)).cachedTokens())
                    .as("the end of the older chain went first, its start stayed")
                    .isEqualTo(16);
        }

        @Test
        void comeBackToASequenceThatWasPreempted() {
            Candidate candidate = candidate(1, 40);
            leaveCached(pool, candidate);

            Admission again = admit(pool, new Candidate(1, candidate.chain(), 45, 45));

            assertThat(again.cachedTokens()).isEqualTo(32);
        }
    }

    @Nested
    class Growing {

        private final KvPool pool = new KvPool(List.of(KvGroup.full(3)));

        @Test
        void appendsAtTheEndOfABlockOnly() {
            SequenceBlocks blocks = admit(pool, candidate(1, 15)).blocks();

            assertThat(pool.grow(blocks, 16).orElseThrow().appends()).isEmpty();
            assertThat(pool.grow(blocks, 17).orElseThrow().appends())
                    .containsExactly(new BlockAppend(1, 0, List.of(1)));
        }

        @Test
        void changesNothingWithoutRoom() {
            SequenceBlocks blocks = admit(pool, candidate(1, 15)).blocks();

            assertThat(pool.roomFor(blocks)).isEqualTo(48);
            assertThat(pool.missingBlocks(blocks, 0, 49)).isEqualTo(3);
            assertThat(pool.grow(blocks, 49)).isEmpty();

            assertThat(blocks.places(0)).isEqualTo(1);
        }

        @Test
        void takesBlocksThatAreOnlyCached() {
            leaveCached(pool, candidate(1, 48));
            SequenceBlocks blocks =
                    admit(pool, new Candidate(2, chain("another"), 1, 1)).blocks();

            assertThat(pool.grow(blocks, 48)).isPresent();

            assertThat(pool.usage(0)).isEqualTo(new KvUsage(3, 3, 0, 3));
        }
    }

    @Nested
    class Branching {

        private final KvPool pool = new KvPool(List.of(KvGroup.full(8)));
        private final SequenceBlocks parent = admit(pool, candidate(1, 40)).blocks();

        private Admission fork(long sequenceId) {
            return pool.fork(parent, sequenceId, parent.chain().branch(COUNTING, 40), 39);
        }

        @Test
        void sharesFullBlocksAndCopiesThePartialOne() {
            pool.confirm(parent, 40);
            Admission branch = fork(2);

            var growth = pool.grow(branch.blocks(), 40).orElseThrow();

            assertThat(branch.cachedTokens()).isEqualTo(39);
            assertThat(branch.changes().appends()).containsExactly(new BlockAppend(2, 0, List.of(0, 1)));
            assertThat(growth.copies()).containsExactly(new BlockCopy(0, 2, 3));
            assertThat(growth.appends()).containsExactly(new BlockAppend(2, 0, List.of(3)));
            assertThat(pool.usage(0).usedBlocks()).isEqualTo(4);
        }

        @Test
        void letsTheLastHolderWriteInPlace() {
            pool.confirm(parent, 40);
            SequenceBlocks branch = fork(2).blocks();
            pool.release(parent);

            var growth = pool.grow(branch, 40).orElseThrow();

            assertThat(growth.copies()).isEmpty();
            assertThat(growth.appends()).containsExactly(new BlockAppend(2, 0, List.of(2)));
        }

        @Test
        void copiesABlockThatTheCacheKeeps() {
            assertThat(pool.grow(parent, 48)).isPresent();
            pool.confirm(parent, 48);
            SequenceBlocks branch = fork(2).blocks();
            pool.release(parent);

            assertThat(pool.grow(branch, 40).orElseThrow().copies()).containsExactly(new BlockCopy(0, 2, 3));
        }

        @Test
        void keepsWhatIsCopiedUntilTheCopyIsConfirmed() {
            pool.confirm(parent, 40);
            SequenceBlocks branch = fork(2).blocks();
            assertThat(pool.grow(branch, 40)).isPresent();
            pool.release(parent);
            assertThat(pool.usage(0).usedBlocks()).isEqualTo(4);

            pool.confirm(branch, 40);

            assertThat(pool.usage(0).usedBlocks()).isEqualTo(3);
        }

        @Test
        void refusesPositionsThatAreNotConfirmed() {
            pool.confirm(parent, 38);

            assertThat(pool.mayFork(parent, 39)).isFalse();
            assertThatThrownBy(() -> fork(2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("39 positions of sequence 1 were to be shared; 38 are confirmed");
        }

        @Test
        void refusesAnotherSalt() {
            pool.confirm(parent, 40);

            assertThatThrownBy(() -> pool.fork(parent, 2, chain("another"), 39))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another salt");
        }
    }

    @Nested
    class Windows {

        private final KvPool pool = new KvPool(List.of(KvGroup.full(16), new KvGroup(32, 5)));

        @Test
        void giveTheirBlocksBackWhenTheStepThatTrimsThemIsConfirmed() {
            SequenceBlocks blocks = admit(pool, candidate(1, 80)).blocks();
            assertThat(pool.grow(blocks, 64).orElseThrow().appends()).hasSize(1);
            pool.confirm(blocks, 64);

            List<BlockTrim> trims = pool.trim(blocks, 64);

            assertThat(trims).containsExactly(new BlockTrim(1, 1, 2));
            assertThat(pool.usage(1).usedBlocks()).isEqualTo(4);
            pool.reclaim(blocks, 64);
            assertThat(pool.usage(1)).isEqualTo(new KvUsage(5, 2, 2, 0));
            assertThat(pool.usage(0).usedBlocks()).isEqualTo(5);
        }

        @Test
        void limitNoSequenceThatTheFullGroupHolds() {
            assertThat(pool.longestSequence()).isEqualTo(256);
            assertThat(new KvPool(List.of(new KvGroup(32, 4))).longestSequence())
                    .isEqualTo(Integer.MAX_VALUE);
            assertThat(new KvPool(List.of(new KvGroup(32, 3))).longestSequence())
                    .isEqualTo(48);
        }

        @Test
        void needOnlyTheWindowOfAHit() {
            SequenceBlocks first = admit(pool, candidate(1, 65)).blocks();
            for (int position = 0; position < 64; position += 16) {
                pool.trim(first, position);
                assertThat(pool.grow(first, position + 16)).isPresent();
                pool.confirm(first, position + 16);
                pool.reclaim(first, position);
            }
            pool.release(first);
            assertThat(pool.admit(new Candidate(2, chain("another"), 20, 0), 0)).isPresent();

            Admission hit = admit(pool, candidate(3, 65));

            assertThat(hit.cachedTokens()).isEqualTo(64);
            assertThat(hit.changes().trims()).containsExactly(new BlockTrim(3, 1, 2));
            assertThat(hit.changes().appends().getLast().blockIds()).hasSize(3);
        }

        @Test
        void refuseToGiveBackWhatWasNotTrimmed() {
            SequenceBlocks blocks = admit(pool, candidate(1, 80)).blocks();
            assertThat(pool.grow(blocks, 64)).isPresent();

            assertThatThrownBy(() -> pool.reclaim(blocks, 64))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("sequence 1: blocks before position 64 are in use, from place 0 on");
        }
    }

    @Nested
    class WrongUse {

        private final KvPool pool = new KvPool(List.of(KvGroup.full(4)));
        private final SequenceBlocks blocks = admit(pool, candidate(1, 20)).blocks();

        @Test
        void releasesTwice() {
            pool.release(blocks);

            assertThatThrownBy(() -> pool.release(blocks))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("sequence 1 gave its KV blocks back or has them of another pool");
        }

        @Test
        void confirmsBeyondTheBlocks() {
            assertThatThrownBy(() -> pool.confirm(blocks, 33))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("sequence 1: position 33 is outside its KV blocks, which end at 32");
        }

        @Test
        void confirmsBackwards() {
            pool.confirm(blocks, 20);

            assertThatThrownBy(() -> pool.confirm(blocks, 19))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("sequence 1: 20 positions are confirmed, not 19");
        }
    }
}
