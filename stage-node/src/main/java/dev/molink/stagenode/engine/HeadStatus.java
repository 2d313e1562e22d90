package dev.molink.stagenode.engine;

/** What a head is busy with; 0 everywhere while no pipeline is formed. */
public record HeadStatus(int kvBlocksUsed, int kvBlocksTotal, int runningSequences, int waitingSequences) {

    static final HeadStatus IDLE = new HeadStatus(0, 0, 0, 0);
}
