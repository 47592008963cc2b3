import { ServerCredentials } from '@grpc/grpc-js';
import {
  EMPTY,
  combineLatest,
  distinctUntilChanged,
  firstValueFrom,
  map,
  startWith,
  switchMap,
  takeWhile,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import { OperatorError } from '../core/operator-error.ts';
import { parsed, unparsed, type Parsed } from '../core/parsed.ts';
import type { Instant, Millis } from '../core/time.ts';
import { readFile, type FileReading } from '../files/read-file.ts';
import { watchFile } from '../files/watch-file.ts';
import {
  named,
  parseTlsMaterial,
  type TlsCertificate,
  type TlsContents,
  type TlsFile,
  type TlsFiles,
  type TlsMaterial,
} from './tls-material.ts';
import { refusal } from './tls-validity.ts';

export interface ServerTls {
  /** For `bindAsync`. Connections made after a reload are made with the new files; open ones go on. */
  readonly credentials: ServerCredentials;
  /**
   * Watches the files while it is subscribed to, and puts what it loads to use. Begins with what is in
   * use; never errors. Plaintext has nothing to watch: it completes at once.
   */
  readonly reloads$: Observable<TlsReload>;
}

export type TlsReload =
  | { readonly kind: 'loaded'; readonly certificates: readonly TlsCertificate[] }
  /** The files can't be used, or are worse than what is in use, which stays in use. */
  | { readonly kind: 'broken'; readonly reason: string };

export interface ServerTlsOptions {
  /** How long files that do not fit together may be on their way to do so, before they are called broken. */
  readonly settling?: Millis;
  /** How soon a certificate is taken up that has become valid meanwhile, be it by a clock that was set right. */
  readonly recheck?: Millis;
  readonly now?: () => Instant;
}

/**
 * Credentials for a gRPC server: TLS 1.2 or later by the files, with a client certificate demanded where
 * there is a `clientCaFile`; plaintext where there are no files. Files whose certificates have ended are
 * served with where there is nothing better, at the start for one.
 *
 * @throws OperatorError that names the file, where the files can't be used
 */
export async function createServerCredentials(
  files: TlsFiles | undefined,
  { settling = 2_000, recheck = 60_000, now = Date.now }: ServerTlsOptions = {},
): Promise<ServerTls> {
  if (files === undefined) {
    return { credentials: ServerCredentials.createInsecure(), reloads$: EMPTY };
  }
  const initial = await load(files);
  const credentials = new ReloadableCredentials(initial, files.clientCaFile !== undefined);
  const options = { settling, recheck, now };
  return { credentials, reloads$: reloads(files, credentials, initial, options) };
}

/**
 * grpc-js' own credentials that can be renewed are marked experimental, for reasons: they turn connections
 * away until they are first told of a certificate, take certificate and authorities in two steps, and
 * their first two arguments in the order contrary to their types.
 */
class ReloadableCredentials extends ServerCredentials {
  #inUse: TlsMaterial;

  constructor(initial: TlsMaterial, isClientCertificateDemanded: boolean) {
    const requestCert = isClientCertificateDemanded;
    super({ requestCert, rejectUnauthorized: requestCert }, initial.context);
    this.#inUse = initial;
  }

  get inUse(): TlsMaterial {
    return this.#inUse;
  }

  /** Serves every connection from now on by this; grpc-js passes it on to `setSecureContext`. */
  use(material: TlsMaterial): void {
    this.#inUse = material;
    this.updateSecureContextOptions(material.context);
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

async function load(files: TlsFiles): Promise<TlsMaterial> {
  const readings = await Promise.all(
    entriesOf(files).map(
      async ([file, path]) => [file, await firstValueFrom(readFile(path))] as const,
    ),
  );
  const material = parseReadings(files, Object.fromEntries(readings));
  if (material.ok) return material.value;
  throw new OperatorError(material.problem);
}

function reloads(
  files: TlsFiles,
  credentials: ReloadableCredentials,
  initial: TlsMaterial,
  { settling, ...validity }: Required<ServerTlsOptions>,
): Observable<TlsReload> {
  return combineLatest(readingsOf(files)).pipe(
    map((readings) => parseReadings(files, readings)),
    // Certificate and key are two files: between the two changes they do not fit, and that is no fault.
    switchMap((material) =>
      material.ok
        ? onceValid(files, credentials, material.value, validity)
        : timer(settling).pipe(map(() => material)),
    ),
    startWith(parsed(initial)),
    distinctUntilChanged(isSame),
    tap((material) => {
      if (material.ok) credentials.use(material.value);
    }),
    map(toReload),
  );
}

/** What is valid must not give way to what is not: such files are refused, until they are valid or nothing is. */
function onceValid(
  files: TlsFiles,
  credentials: ReloadableCredentials,
  material: TlsMaterial,
  { recheck, now }: Pick<Required<ServerTlsOptions>, 'recheck' | 'now'>,
): Observable<Parsed<TlsMaterial>> {
  return timer(recheck, recheck).pipe(
    startWith(undefined),
    map(() => {
      const problem = refusal(files, credentials.inUse, material, now());
      return problem === undefined ? parsed(material) : unparsed(problem);
    }),
    takeWhile(({ ok }) => !ok, true),
  );
}

type Readings = Partial<Record<TlsFile, FileReading>>;

function readingsOf(files: TlsFiles): Record<string, Observable<FileReading>> {
  return Object.fromEntries(entriesOf(files).map(([file, path]) => [file, changes(path)]));
}

/** Only what is new: each file is read again whenever something happens beside it. */
function changes(path: string): Observable<FileReading> {
  return watchFile(path).pipe(distinctUntilChanged(isSameReading));
}

function isSameReading(a: FileReading, b: FileReading): boolean {
  if (a.kind === 'content') return b.kind === 'content' && a.bytes === b.bytes;
  return b.kind === 'unreadable' && a.reason === b.reason;
}

function parseReadings(files: TlsFiles, readings: Readings): Parsed<TlsMaterial> {
  const contents: TlsContents = {};
  for (const [file] of entriesOf(files)) {
    const reading = readings[file];
    if (reading?.kind === 'unreadable') {
      return unparsed(`${named(file, files)} can't be read: ${reading.reason}`);
    }
    if (reading !== undefined) contents[file] = reading.bytes;
  }
  return parseTlsMaterial(files, contents);
}

function entriesOf({ certFile, keyFile, clientCaFile }: TlsFiles): [TlsFile, string][] {
  const always: [TlsFile, string][] = [
    ['certFile', certFile],
    ['keyFile', keyFile],
  ];
  return clientCaFile === undefined ? always : [...always, ['clientCaFile', clientCaFile]];
}

/** Certificates that are the same have the same key, and what is broken for another reason is news. */
function isSame(a: Parsed<TlsMaterial>, b: Parsed<TlsMaterial>): boolean {
  if (!a.ok || !b.ok) return !a.ok && !b.ok && a.problem === b.problem;
  return fingerprints(a.value) === fingerprints(b.value);
}

function fingerprints({ certificates }: TlsMaterial): string {
  return certificates.map(({ file, fingerprint }) => `${file} ${fingerprint}`).join();
}

function toReload(material: Parsed<TlsMaterial>): TlsReload {
  return material.ok
    ? { kind: 'loaded', certificates: material.value.certificates }
    : { kind: 'broken', reason: material.problem };
}
