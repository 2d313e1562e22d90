package dev.molink.gateway.generation;

import java.util.List;

/** How one endpoint writes a streamed answer. */
public interface ChunkFormat {

    /** What is sent before the first text, such as the chunks that tell the role. */
    List<Object> opening();

    Object chunk(Delta delta);

    /** The chunk that tells the usage; only asked for when the request wants it. */
    Object usage(Usage usage);
}
