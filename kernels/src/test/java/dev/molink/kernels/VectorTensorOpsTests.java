package dev.molink.kernels;

class VectorTensorOpsTests extends TensorOpsContract {

    @Override
    TensorOps open() {
        return new CpuTensorOps(new VectorKernels(), 2);
    }
}
