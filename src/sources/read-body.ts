import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/**
 * Reads a body to its end, unzipped where need be.
 *
 * Rejects, with the connection dropped, where it is larger than `maxBytes` after unzipping: what is
 * sent in a few bytes may unfold into more than there is memory for.
 */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const sink = (chunks: AsyncIterable<Buffer>): Promise<Buffer> => collect(chunks, maxBytes);
  switch (encoding?.toLowerCase() ?? 'identity') {
    case 'identity':
    case '':
      return pipeline(body, sink);
    case 'gzip':
    case 'x-gzip':
      return pipeline(body, createGunzip({ chunkSize: 65_536 }), sink);
    default:
      body.on('error', () => undefined).destroy();
      throw new Error('answer has a content-encoding that was not asked for: allowed is gzip');
  }
}

async function collect(chunks: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`answer larger than ${formatBytes(maxBytes)}`);
    parts.push(chunk);
  }
  return Buffer.concat(parts, size);
}

/** A size as a person gave it: `64 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes % 1_048_576 === 0) return `${bytes / 1_048_576} MiB`;
  if (bytes % 1024 === 0) return `${bytes / 1024} KiB`;
  return `${bytes} bytes`;
}
