import type { Lockfile, Requirement, Spec } from '../../resolve/index.ts';
import type { SourcePool } from '../../sources/index.ts';
import type { InstallOptions } from '../types.ts';
import type { Packages } from './packages.ts';

/** A skill that skills.json asks for, or is about to. */
export interface Wish {
  readonly requirement: Requirement;
  readonly spec: Spec;
  /** What was asked, as it goes into skills.json. */
  readonly asked: string;
  /** Typed now, and not only read from skills.json. */
  readonly fresh: boolean;
}

/** What is there to look in for what was typed. */
export interface Surroundings {
  readonly pool: SourcePool;
  readonly packages: Packages;
  readonly lock: Lockfile;
}

/** How what was typed is read. */
export interface TypedOptions extends InstallOptions {
  /** It must stand for one skill. */
  readonly single?: boolean | undefined;
}
