package dev.molink.kernels.cuda;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jcuda.CudaException;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * Looks once whether this machine has a CUDA driver and devices, and remembers the answer: after the first failed load
 * of the native library, every later touch of JCuda fails with another error that no longer says why.
 */
public final class CudaProbe {

    private static final int NAME_BYTES = 256;

    private CudaProbe() {}

    /**
     * What was found.
     *
     * @param devices names of the usable devices, empty without CUDA
     * @param problem why there is none; empty when there are devices
     */
    public record Result(List<String> devices, String problem) {

        public Result {
            devices = List.copyOf(devices);
        }

        /** One sentence for {@code doctor} and for a refused {@code --device}. */
        public String sentence() {
            if (devices.isEmpty()) {
                return problem;
            }
            return "CUDA devices are present (%s), but this build computes on the CPU only"
                    .formatted(String.join(", ", devices));
        }
    }

    /** The remembered answer; the first call loads the driver library. */
    public static Result result() {
        return Remembered.RESULT;
    }

    private static final class Remembered {
        static final Result RESULT = probe();
    }

    private static Result probe() {
        try {
            JCudaDriver.setExceptionsEnabled(true);
            JCudaDriver.cuInit(0);
            int[] count = new int[1];
            JCudaDriver.cuDeviceGetCount(count);
            List<String> devices = new ArrayList<>();
            for (int ordinal = 0; ordinal < count[0]; ordinal++) {
                devices.add("cuda:%d %s".formatted(ordinal, name(ordinal)));
            }
            return new Result(devices, devices.isEmpty() ? "the CUDA driver reports no device" : "");
        } catch (LinkageError e) {
            return new Result(
                    List.of(), "no CUDA driver library could be loaded (libcuda.so.1 comes with the NVIDIA driver)");
        } catch (CudaException e) {
            return new Result(List.of(), "the CUDA driver reports " + e.getMessage());
        }
    }

    private static String name(int ordinal) {
        CUdevice device = new CUdevice();
        JCudaDriver.cuDeviceGet(device, ordinal);
        byte[] name = new byte[NAME_BYTES];
        int status = JCudaDriver.cuDeviceGetName(name, name.length, device);
        if (status != CUresult.CUDA_SUCCESS) {
            return CUresult.stringFor(status);
        }
        return new String(name, StandardCharsets.UTF_8).replace("\0", "").strip();
    }
}
