import type { FileReading } from './read-file.ts';
import { sameStamp, type Stamp } from './stamp.ts';

type Content = FileReading & { readonly kind: 'content' };
type Unreadable = FileReading & { readonly kind: 'unreadable' };

/** What reading a file again gave. */
export type FileLook = CutContent | Unreadable;

interface CutContent extends Content {
  /**
   * Whether its end may be missing: it has become shorter and does not end with a line break. What it names
   * counts; what it does not name any more, or says less of at its end, may follow.
   */
  readonly cut: boolean;
}

/** Compares each reading of a file with the one before. Holds state for one watch. */
export class FileMemory {
  #latest: Content | undefined;
  /** The latest that was not cut. */
  #whole: Content | undefined;

  /** Of what was read last, so that a file that is still the same need not be waited for. */
  get stamp(): Stamp | undefined {
    return this.#latest?.stamp;
  }

  /** Takes in a reading. Where the bytes are what they were, the look has the very same Buffer. */
  take(reading: FileReading): { readonly look: FileLook; readonly hasChanged: boolean } {
    if (reading.kind === 'unreadable') return { look: reading, hasChanged: false };
    const before = this.#latest;
    const wasWhole = before === this.#whole;
    const isSame = before?.bytes.equals(reading.bytes) === true;
    const latest = isSame ? { ...reading, bytes: before.bytes } : reading;
    const cut = isSame ? !wasWhole : isCut(reading, this.#whole);
    this.#latest = latest;
    if (!cut) this.#whole = latest;
    const hasChanged = before !== undefined && !sameStamp(before.stamp, reading.stamp);
    return { look: { ...latest, cut }, hasChanged };
  }

  /**
   * Nothing has followed for long enough: where the last line had no break before either, that is how the file
   * is written. Where it had one, somebody may have died while writing, and nothing will ever follow.
   */
  trust(): void {
    if (this.#whole !== undefined && !endsInBreak(this.#whole)) this.#whole = this.#latest;
  }
}

function isCut(content: Content, before: Content | undefined): boolean {
  if (before === undefined || content.swapped || endsInBreak(content)) return false;
  return content.stamp.size < before.stamp.size && !IN_BRACKETS.test(content.bytes.toString());
}

function endsInBreak({ bytes }: Content): boolean {
  return bytes.at(-1) === 0x0a;
}

/** JSON, or YAML as `tenants: [...]`, comments before it: it can't be read at all where its end is missing. */
const IN_BRACKETS = /^(?:\s*#.*\n)*\s*(?:[\w-]+:\s+)?(?:\{[^]*\}|\[[^]*\])\s*$/;
