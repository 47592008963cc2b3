import { formatAddress, type Address } from '../config/address.ts';
import { messageOf } from '../core/operator-error.ts';

/** What listens on an address and returns the port; rejects with an error that has the system's as its cause. */
type Listen = (address: Address) => Promise<number>;

/** Every address of the machine, IPv6 and IPv4. */
const ANY = '::';
const ANY_IPV4 = '0.0.0.0';

/** What systems say that have IPv6 neither built in nor switched on. */
const NO_IPV6 = /\b(EAFNOSUPPORT|EADDRNOTAVAIL|EPROTONOSUPPORT)\b/;

/**
 * Listens. Where every address is meant and the machine has no IPv6, it listens on every IPv4 address: those are all.
 *
 * @param onFallback is told so in a sentence
 * @returns the port; rejects as `listen` does
 */
export async function listenOn(
  listen: Listen,
  address: Address,
  onFallback: (sentence: string) => void,
): Promise<number> {
  try {
    return await listen(address);
  } catch (error) {
    if (address.host !== ANY || !NO_IPV6.test(reasonOf(error))) throw error;
    const instead = { ...address, host: ANY_IPV4 };
    const port = await listen(instead);
    onFallback(
      `this machine has no IPv6, so ${formatAddress({ ...instead, port })} is listened on in place of ${formatAddress(address)}`,
    );
    return port;
  }
}

/** The system's code, which grpc-js leaves only in its text. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return messageOf(cause ?? error);
}
