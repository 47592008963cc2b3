/**
 * KEDA does not say its version to an external scaler, but every release is built with one version of
 * grpc-go, and that is in the user agent.
 */

/** The releases of KEDA by the grpc-go that they are built with, as in their `go.mod`. */
const BY_GRPC_GO: Readonly<Record<string, string>> = {
  '1.48.0': '2.8.0',
  '1.49.0': '2.8.1 to 2.8.2',
  '1.51.0': '2.9',
  '1.53.0': '2.10',
  '1.56.1': '2.11',
  '1.58.2': '2.12.0',
  '1.59.0': '2.12.1',
  '1.60.1': '2.13',
  '1.63.2': '2.14 to 2.15.0',
  '1.65.0': '2.15.1',
  '1.67.1': '2.16',
  '1.71.1': '2.17',
  '1.75.1': '2.18.0 to 2.18.1',
  '1.77.0': '2.18.2 to 2.18.3',
  '1.78.0': '2.19',
  '1.81.1': '2.20.0 to 2.20.2',
  '1.84.0': '2.21',
};

const GRPC_GO = /(?:^|\s)grpc-go\/(\d+\.\d+\.\d+)/;

/**
 * Which KEDA a client is, as far as its user agent tells: `2.17`, `2.18.0 to 2.18.1`. A hint for people
 * and nothing to act on, for a vendor may build KEDA with another grpc-go.
 *
 * @returns undefined where it is none that is known; there are as many answers as releases, so that they
 * can be the values of a label
 */
export function guessKedaVersion(userAgent: string | undefined): string | undefined {
  const version = GRPC_GO.exec(userAgent ?? '')?.[1];
  if (version === undefined || !Object.hasOwn(BY_GRPC_GO, version)) return undefined;
  return BY_GRPC_GO[version];
}
