import type { Card } from '../scorer/index.ts';
import { sequenceOf } from './schema.ts';

const youngCharacters = 32 * 1024 * 1024;

/**
 * Cards by id, in two generations: when the young one is full it becomes the old one; 64 Mi characters are kept at most, the
 * cards of some 150,000 skills. Nothing grows stale: a changed skill has another id.
 */
export class CardCache {
  // Keyed by the sequence in the id: a small integer, where a Map is several times as fast as with large numbers.
  #young = new Map<number, Card>();
  #old = new Map<number, Card>();
  #size = 0;

  get(id: number): Card | undefined {
    const key = sequenceOf(id);
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.#put(key, old);
    return old;
  }

  set(id: number, card: Card): void {
    this.#put(sequenceOf(id), card);
  }

  #put(key: number, card: Card): void {
    this.#young.set(key, card);
    this.#size += card.length;
    if (this.#size < youngCharacters) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#size = 0;
  }
}
