import type { Manifest } from './manifest.ts';
import type { Problem } from './problem.ts';

/** What the rules look at: one rendered directory, and what they have to know of the others. */
export interface Scene {
  /** The objects of the directory; each has passed its schema. */
  readonly objects: readonly Manifest[];
  /** Where KEDA finds the scaler, by what all directories render: `license-scaler.license-scaler:6000`. */
  readonly scalers: ReadonlySet<string>;
  /** The version in package.json. */
  readonly version: string;
}

/** One concern. Never throws for what is in a manifest. */
export type Rule = (scene: Scene) => readonly Problem[] | Promise<readonly Problem[]>;
