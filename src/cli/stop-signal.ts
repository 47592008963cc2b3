/** Resolves when the process is asked to stop. */
export type StopSignal = Promise<NodeJS.Signals>;
