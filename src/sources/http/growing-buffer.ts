const FIRST = 65_536;

/**
 * Bytes that come in pieces, put together as they come: to join many megabytes at the end would hold the
 * event loop for as long as it takes to touch that much new memory.
 */
export class GrowingBuffer {
  #bytes = Buffer.allocUnsafe(FIRST);
  #length = 0;

  push(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** What has come, without copying it. */
  toBuffer(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
