/**
 * Cuts bytes that come in pieces of any length into pieces of exactly `size`, the last one shorter. Every piece but the
 * last goes to `onPiece` as soon as more is known to follow; the last when `end` is called.
 *
 * A piece is valid only during the call: one buffer is used again and again.
 */
export class Recutter {
  readonly #buffer: Buffer;
  readonly #onPiece: (piece: Buffer, last: boolean) => void;
  #used = 0;

  constructor(size: number, onPiece: (piece: Buffer, last: boolean) => void) {
    this.#buffer = Buffer.allocUnsafe(size);
    this.#onPiece = onPiece;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#used === this.#buffer.length) this.#flush(false);
      const piece = bytes.subarray(at, at + this.#buffer.length - this.#used);
      this.#buffer.set(piece, this.#used);
      this.#used += piece.length;
      at += piece.length;
    }
  }

  end(): void {
    this.#flush(true);
  }

  #flush(last: boolean): void {
    this.#onPiece(this.#buffer.subarray(0, this.#used), last);
    this.#used = 0;
  }
}
