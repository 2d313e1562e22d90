package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;

/** The call that a link is, whose frames both ends read without copies. */
public final class LinkFrames {

    /** Bytes that wait below a sender before it gives no more: with the kernel's, all that an urgent frame can be behind. */
    private static final int READY_BYTES = 16 << 10;

    static final MethodDescriptor<Frame, Frame> METHOD = StageServiceGrpc.getLinkMethod().toBuilder(
                    StageServiceGrpc.getLinkMethod().getRequestMarshaller(),
                    new FrameMarshaller(StageServiceGrpc.getLinkMethod().getResponseMarshaller()))
            .build();

    static final CallOptions CALL = CallOptions.DEFAULT.withWaitForReady().withOnReadyThreshold(READY_BYTES);

    private LinkFrames() {}

    /** The same service, whose links read frames that live until the stream's {@code onNext} returns. */
    public static ServerServiceDefinition readInPlace(ServerServiceDefinition service) {
        ServiceDescriptor described = service.getServiceDescriptor();
        ServiceDescriptor.Builder descriptor =
                ServiceDescriptor.newBuilder(described.getName()).setSchemaDescriptor(described.getSchemaDescriptor());
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
            ServerMethodDefinition<?, ?> changed = isLink(method) ? readInPlace(method) : method;
            descriptor.addMethod(changed.getMethodDescriptor());
            methods.add(changed);
        }
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(definition::addMethod);
        return definition.build();
    }

    private static boolean isLink(ServerMethodDefinition<?, ?> method) {
        return method.getMethodDescriptor()
                .getFullMethodName()
                .equals(StageServiceGrpc.getLinkMethod().getFullMethodName());
    }

    @SuppressWarnings("unchecked") // the name says which method it is, and so which messages it has
    private static ServerMethodDefinition<Frame, Frame> readInPlace(ServerMethodDefinition<?, ?> method) {
        ServerMethodDefinition<Frame, Frame> link = (ServerMethodDefinition<Frame, Frame>) method;
        MethodDescriptor<Frame, Frame> described = link.getMethodDescriptor();
        return ServerMethodDefinition.create(
                described.toBuilder(
                                new FrameMarshaller(described.getRequestMarshaller()),
                                described.getResponseMarshaller())
                        .build(),
                link.getServerCallHandler());
    }
}
