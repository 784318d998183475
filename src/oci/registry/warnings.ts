import { clean } from './failure.ts';

/** distribution-spec, "Warnings": together at most 4096 bytes are looked at. */
const mostBytes = 4096;

/** The texts of a Warning header, `299 - "text"`. */
export function parseWarnings(header: string): string[] {
  const matches = header.slice(0, mostBytes).matchAll(/\b299\s+\S+\s+"((?:[^"\\]|\\.)*)"/g);
  return [...matches].map((match) => clean((match[1] ?? '').replace(/\\(.)/g, '$1'), mostBytes)).filter(Boolean);
}

/** Passes each text on once. */
export class Warnings {
  readonly #seen = new Set<string>();
  readonly #tell: (text: string) => void;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  look(header: string | undefined): void {
    if (header === undefined) return;
    for (const text of parseWarnings(header)) {
      if (this.#seen.has(text)) continue;
      this.#seen.add(text);
      this.#tell(text);
    }
  }
}
