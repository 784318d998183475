import type { Cancellable, Descriptor } from '../../core/index.ts';
import type { RemoteRegistry } from '../registry/index.ts';

/** One thing that was found out about a registry. */
export interface RegistryFinding {
  /** For programs: `referrers`. */
  readonly id: string;
  /** For people: `Referrers API`. */
  readonly title: string;
  /** Whether it can do that; `unknown` where that could not be tried. */
  readonly answer: 'yes' | 'no' | 'unknown';
  /** What was seen, in words. */
  readonly detail: string;
  /** What follows from it, where that is not plain. */
  readonly hint?: string;
}

/** Something that is there already, to look at. */
export interface Sample {
  readonly repository: string;
  /** All tags of its first page. */
  readonly tags: readonly string[];
  /** The tag that is looked at; absent where there is none. */
  readonly tag?: string;
  /** How the registry answers to a look at that tag: 200, or 412 where it holds it back. */
  readonly status?: number;
  readonly manifest?: Descriptor;
  /** A blob of the manifest. */
  readonly blob?: Descriptor;
}

/** What probes work with. */
export interface Probing extends Cancellable {
  readonly registry: RemoteRegistry;
  /** The repository prefix that was named; '' for the whole registry. */
  readonly prefix: string;
  readonly sample: Sample | undefined;
  /** A repository name in the prefix, there or not. */
  readonly repository: string;
}

/** What a probe sees; its id and title stand in the table. */
export type Seen = Omit<RegistryFinding, 'id' | 'title'>;

export type Probe = (probing: Probing) => Promise<Seen>;

/** A row of the table of probes. */
export interface NamedProbe {
  readonly id: string;
  readonly title: string;
  readonly run: Probe;
}

export const yes = (detail: string, hint?: string): Seen => ({ answer: 'yes', detail, ...(hint ? { hint } : {}) });
export const no = (detail: string, hint?: string): Seen => ({ answer: 'no', detail, ...(hint ? { hint } : {}) });
export const unknown = (detail: string, hint?: string): Seen => ({
  answer: 'unknown',
  detail,
  ...(hint ? { hint } : {}),
});
