package dev.molink.controlplane.admission;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway wants to change about its share of a bound.
 *
 * @param capacity null for a wallet
 * @param opened whether the rows of bound and share are known to be there
 * @param held what the share really holds before this, where the row may be wrong; null: as the row says
 * @param returned what is given back before anything is taken
 * @param least without which nobody is helped; 0: nobody waits
 * @param lacked what all waiting requests need together
 * @param comfortable what would suffice for the next moments on top, if there is plenty
 * @param keeps whether the share keeps something unused
 * @param reserves whether running requests hold some of the share
 */
record Asked(
        Bound bound,
        String id,
        @Nullable BigDecimal capacity,
        boolean opened,
        @Nullable BigDecimal held,
        BigDecimal returned,
        BigDecimal least,
        BigDecimal lacked,
        BigDecimal comfortable,
        boolean keeps,
        boolean reserves) {

    /** For how many ticks of a quarter of a second a share should last. */
    static final int TICKS_AHEAD = 6;
}
