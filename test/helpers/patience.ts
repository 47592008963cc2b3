/**
 * How long a test waits for what must come, before it says that it did not. No test passes or fails by a
 * time: this is only so long that a busy machine with two cores gets there.
 */
export const PATIENCE_MS = 45_000;
