package dev.molink.kernels;

import dev.molink.kernels.cuda.CudaProbe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the kernels at start. */
public final class TensorOpsProvider {

    private static final Logger log = LoggerFactory.getLogger(TensorOpsProvider.class);

    private TensorOpsProvider() {}

    /** Threads that {@link #open} is given by default: one for each core. */
    public static int defaultThreads() {
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * Opens a device and logs the choice in one line.
     *
     * @param device {@code auto} or {@code cpu} (the vector kernels, or the scalar ones where those fail their
     *     self-test), {@code cpu:scalar}, {@code cpu:vector}, {@code cuda:N}
     * @param threads CPU threads, the caller's included
     * @throws DeviceUnavailableException if the device cannot be used; the message says why
     * @throws IllegalArgumentException if {@code device} or {@code threads} means nothing
     */
    public static TensorOps open(String device, int threads) {
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException("%d kernel threads; 1 to 1024 are possible".formatted(threads));
        }
        TensorOps ops = new CpuTensorOps(select(device), threads);
        log.info("Kernels: {}", ops.description());
        return ops;
    }

    private static CpuKernels select(String device) {
        if (device.startsWith("cuda:")) {
            throw new DeviceUnavailableException("device '%s' cannot be used: %s"
                    .formatted(device, CudaProbe.result().sentence()));
        }
        return switch (device) {
            case "auto", "cpu" -> vectorOrScalar();
            case "cpu:scalar" -> new ScalarKernels();
            case "cpu:vector" -> vector();
            default ->
                throw new IllegalArgumentException(
                        "device '%s' is unknown; possible are auto, cpu, cpu:scalar, cpu:vector and cuda:0"
                                .formatted(device));
        };
    }

    private static CpuKernels vectorOrScalar() {
        try {
            return vector();
        } catch (DeviceUnavailableException e) {
            log.warn("Falling back to the scalar kernels, which are slower: {}", e.getMessage());
            return new ScalarKernels();
        }
    }

    private static CpuKernels vector() {
        try {
            CpuKernels kernels = new VectorKernels();
            KernelSelfTest.require(kernels);
            return kernels;
        } catch (LinkageError e) {
            throw new DeviceUnavailableException(
                    "the JVM runs without the Vector API (start it with --add-modules jdk.incubator.vector)");
        }
    }
}
