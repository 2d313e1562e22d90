package dev.molink.kernels;

class ScalarTensorOpsTests extends TensorOpsContract {

    @Override
    TensorOps open() {
        return new CpuTensorOps(new ScalarKernels(), 2);
    }
}
