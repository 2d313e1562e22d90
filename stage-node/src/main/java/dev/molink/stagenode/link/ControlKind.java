package dev.molink.stagenode.link;

/** Messages that one connection delivers in order. */
enum ControlKind {
    PLAN,
    OUTCOME,
    REPORT
}
