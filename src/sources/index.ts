/** The register of sources, lowest rank first. To add one: its file, its options, its line. */
import type { Source } from '../pipeline/source.ts';
import { createLicenseFile, type LicenseFileOptions } from './license-file.ts';
import { createLicenseService, type LicenseServiceOptions } from './license-service.ts';
import { createOverridesFile, type OverridesFileOptions } from './overrides-file.ts';

/** The sources that are wanted; one that is undefined is not. */
export interface SourcesOptions {
  readonly licenseFile: LicenseFileOptions | undefined;
  readonly licenseService: LicenseServiceOptions | undefined;
  readonly overridesFile: OverridesFileOptions | undefined;
}

const REGISTER: readonly ((options: SourcesOptions) => Source | undefined)[] = [
  ({ licenseFile }) => licenseFile && createLicenseFile(licenseFile),
  ({ licenseService }) => licenseService && createLicenseService(licenseService),
  ({ overridesFile }) => overridesFile && createOverridesFile(overridesFile),
];

/** Creates the wanted sources, lowest rank first. Nothing is read before they are observed. */
export function createSources(options: SourcesOptions): Source[] {
  return REGISTER.flatMap((create) => create(options) ?? []);
}
