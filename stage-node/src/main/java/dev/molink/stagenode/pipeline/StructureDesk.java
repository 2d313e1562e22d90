package dev.molink.stagenode.pipeline;

import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.Structure;
import dev.molink.stagenode.engine.StructureCompiler;
import dev.molink.stagenode.model.ModelFiles;

/** Compiles structures with the vocabulary of one model and hands the grammars to the sampling stage. */
public final class StructureDesk implements StructureCompiler {

    private final ModelFiles files;

    private StructureDesk(ModelFiles files) {
        this.files = files;
    }

    public static StructureDesk of(ModelFiles files) {
        return new StructureDesk(files);
    }

    @Override
    public void compile(Structure structure, long epoch, Receiver receiver) {
        receiver.take(new Result.Refused(Failure.newBuilder()
                .setCode(FailureCode.FAILURE_CODE_INVALID_ARGUMENT)
                .setField("structure")
                .setMessage("%s has no vocabulary to keep to a structure".formatted(files.name()))
                .build()));
    }
}
