/** The parts of a run that hold texts, as `run_snapshots.part`; from {@link firstStepPart} on they are steps. */
export const planPart = 0
export const executionPart = 1
export const firstStepPart = 2
