package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.LinkOpen;
import io.grpc.StatusException;
import java.util.function.Consumer;

/** Decides which links a stage takes. */
public interface LinkAcceptor {

    /**
     * What to do with a link that another stage opens.
     *
     * @throws StatusException FAILED_PRECONDITION if this stage does not expect the link; the description says why
     */
    Expected expect(LinkOpen open) throws StatusException;

    /** The link is open from now on and beats until it is closed. */
    void opened(InboundLink link);

    /**
     * A link that a stage expects.
     *
     * @param onLoss called once if the link is lost
     * @param faults made on purpose in what goes back
     */
    record Expected(LinkSpec spec, LinkReceiver receiver, Consumer<LinkLoss> onLoss, LinkFaults faults) {}
}
