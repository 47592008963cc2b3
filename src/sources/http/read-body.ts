import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { GrowingBuffer } from './growing-buffer.ts';

/**
 * Reads a body to its end, unzipped where need be.
 *
 * Rejects, with what is left of the body dropped, where it is larger than `maxBytes` after unzipping:
 * what is sent in a few bytes may unfold into more than there is memory for.
 */
export async function readBody(
  body: Readable,
  encoding: string,
  maxBytes: number,
): Promise<Buffer> {
  const isZipped = ['gzip', 'x-gzip'].includes(encoding.toLowerCase());
  if (!isZipped && encoding.toLowerCase() !== 'identity') {
    body.on('error', () => undefined).destroy();
    throw new Error('answer has a content-encoding that was not asked for, allowed is gzip');
  }
  const content = new GrowingBuffer();
  let size = 0;
  const collect = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > maxBytes) throw new RangeError();
      content.push(chunk);
    }
  };
  try {
    await (isZipped
      ? pipeline(body, createGunzip({ chunkSize: 65_536 }), collect)
      : pipeline(body, collect));
  } catch (error) {
    // Which of the errors comes out of a pipeline that is torn down is a matter of luck.
    if (size > maxBytes) throw new Error(`answer larger than ${formatBytes(maxBytes)}`);
    throw isNoZip(error) ? new Error('answer says that it is gzip, and it is not') : error;
  }
  return content.toBuffer();
}

function isNoZip(error: unknown): boolean {
  return error instanceof Error && error.message === 'incorrect header check';
}

/** A size as a person gave it: `64 MiB`. */
function formatBytes(bytes: number): string {
  if (bytes % 1_048_576 === 0) return `${bytes / 1_048_576} MiB`;
  if (bytes % 1024 === 0) return `${bytes / 1024} KiB`;
  return `${bytes} bytes`;
}
