package dev.molink.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.kernels.cuda.CudaProbe;
import org.junit.jupiter.api.Test;

class TensorOpsProviderTests {

    @Test
    void describesTheChosenKernelsWithWidthAndThreads() {
        try (TensorOps vector = TensorOpsProvider.open("cpu:vector", 2);
                TensorOps scalar = TensorOpsProvider.open("cpu:scalar", 1)) {
            assertThat(vector.description()).matches("vector \\(\\d+ bit\\), threads: 2");
            assertThat(scalar.description()).isEqualTo("scalar, threads: 1");
        }
    }

    @Test
    void choosesTheVectorKernelsByItself() {
        try (TensorOps ops = TensorOpsProvider.open("auto", 1)) {
            assertThat(ops.description()).startsWith("vector");
        }
    }

    @Test
    void refusesACudaDeviceWithItsCause() {
        assertThatThrownBy(() -> TensorOpsProvider.open("cuda:0", 1))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessage(
                        "device 'cuda:0' cannot be used: " + CudaProbe.result().sentence());
    }

    @Test
    void refusesAnUnknownDeviceByName() {
        assertThatThrownBy(() -> TensorOpsProvider.open("tpu", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'tpu'")
                .hasMessageContaining("cpu:vector");
    }

    @Test
    void refusesZeroThreads() {
        assertThatThrownBy(() -> TensorOpsProvider.open("cpu", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 kernel threads");
    }
}
