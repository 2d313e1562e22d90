package dev.molink.stagenode.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowTilesTests {

    @ParameterizedTest
    @CsvSource({"1, 1", "64, 64", "127, 127", "128, 64", "129, 80", "200, 80", "512, 64", "1000, 80"})
    void cutsIntoNearlyEqualTilesOfWholeSteps(int rows, int tileRows) {
        assertThat(RowTiles.of(rows).tileRows()).isEqualTo(tileRows);
    }

    @Test
    void everyRowIsInOneTileAndNoneButTheLastIsSmallerThanWorthwhile() {
        for (int rows = 1; rows <= 2_000; rows++) {
            RowTiles tiles = RowTiles.of(rows);
            int first = 0;
            while (first < rows) {
                int end = tiles.end(first);
                boolean last = end == rows;
                assertThat(end - first).as("%d rows, tile from %d", rows, first).isPositive();
                assertThat(last || end - first >= RowTiles.LEAST_ROWS).isTrue();
                first = end;
            }
            assertThat(first).isEqualTo(rows);
        }
    }
}
