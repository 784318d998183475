import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { digestHex, sha256 } from '../../core/index.ts';
import { readOwnJson } from '../json-file.ts';
import { writeStaged } from '../staging.ts';

/** An answer of a server, kept so that it need not be sent again (RFC 9110, "Conditional Requests"). */
export interface CachedAnswer {
  readonly etag?: string;
  readonly lastModified?: string;
  /** Milliseconds since 1970 when it was last fetched or confirmed. */
  readonly storedAt: number;
  readonly body: string;
}

interface CacheFile extends CachedAnswer {
  readonly format: 1;
  readonly key: string;
}

/**
 * Answers by key: a URL, and who asked for it where that changes the answer. Only the user can read the files, for an
 * answer may come from a private registry.
 */
export class MetadataCache {
  readonly #dir: string;
  readonly #staging: string;

  /** @param staging a folder of the same file system. */
  constructor(dir: string, staging: string) {
    this.#dir = dir;
    this.#staging = staging;
  }

  read(key: string): CachedAnswer | undefined {
    const file = readOwnJson<CacheFile>(this.#path(key), 1);
    if (file?.key !== key || typeof file.body !== 'string') return undefined;
    const { format: _, key: __, ...answer } = file;
    return answer;
  }

  /** Keeps an answer. A cache that cannot be written is none, and no error. */
  write(key: string, answer: Omit<CachedAnswer, 'storedAt'> & { storedAt?: number }): void {
    const file: CacheFile = { format: 1, key, ...answer, storedAt: answer.storedAt ?? Date.now() };
    try {
      writeStaged(this.#staging, this.#path(key), JSON.stringify(file), { mode: 0o600 });
    } catch {
      // the next run asks again
    }
  }

  forget(key: string): void {
    rmSync(this.#path(key), { force: true });
  }

  #path(key: string): string {
    const hex = digestHex(sha256(key));
    return join(this.#dir, hex.slice(0, 2), `${hex.slice(2)}.json`);
  }
}
