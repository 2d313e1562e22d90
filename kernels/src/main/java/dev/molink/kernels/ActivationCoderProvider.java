package dev.molink.kernels;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses at start how activations are written for the wire. */
public final class ActivationCoderProvider {

    private static final Logger log = LoggerFactory.getLogger(ActivationCoderProvider.class);

    private ActivationCoderProvider() {}

    /** The vector loops, or the scalar ones where those fail their self-test; logs the choice in one line. */
    public static ActivationCoder open() {
        ActivationCoder coder = vectorOrScalar();
        log.info("Codecs of the wire: {}", coder.name());
        return coder;
    }

    private static ActivationCoder vectorOrScalar() {
        try {
            ActivationCoder vector = new VectorActivationCoder();
            KernelSelfTest.require(vector);
            return vector;
        } catch (LinkageError e) {
            log.warn("Falling back to scalar codecs: the JVM runs without the Vector API (start it with"
                    + " --add-modules jdk.incubator.vector)");
        } catch (DeviceUnavailableException e) {
            log.warn("Falling back to scalar codecs, which are slower: {}", e.getMessage());
        }
        return new ScalarActivationCoder();
    }
}
