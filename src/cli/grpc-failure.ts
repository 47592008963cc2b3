import { status, type ServiceError } from '@grpc/grpc-js';

/** What became of a call that failed: `answered NOT_FOUND: ...`, or why nobody was reached. */
export function describeGrpcFailure({ code, details }: ServiceError): string {
  const failure =
    /^No connection established\. Last error: (?:Error(?: \[\w+\])?: )?(.*)\. Resolution note:/s;
  const reason = failure.exec(details)?.[1];
  if (reason === undefined) return `answered ${status[code]}: ${details}`;
  // OpenSSL's account has its source files in it.
  const [, alert = reason] = /SSL routines:[^:]*:([^:]*):/.exec(reason) ?? [];
  return `can't be reached: ${meaningOf(alert)}`;
}

function meaningOf(alert: string): string {
  if (alert.includes("match certificate's")) return `${alert} (--server-name says another name)`;
  return MEANINGS.find(([part]) => alert.includes(part))?.[1] ?? alert;
}

/** What the transport says of a server that wants TLS, or another kind of it, or none. */
const MEANINGS = [
  ['Failed to connect', 'the connection was closed; does it speak TLS?'],
  ['wrong version number', 'it does not speak TLS'],
  ['certificate required', 'certificate required: give --cert-file and --key-file'],
] as const;
