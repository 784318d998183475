/** Something that takes bytes in pieces of any length and gives raw deflate data (RFC 1951) out of a callback. */
export interface Deflater {
  push(bytes: Uint8Array): void;
  end(): void;
}

/** Receives compressed bytes; they are valid only during the call. */
export type EmitBytes = (bytes: Uint8Array) => void;
