import type { InstallOptions } from '../types.ts';

/** What a change of the installed skills is told: an install, or an update. */
export interface ChangeOptions extends InstallOptions {
  /** Names whose versions are looked for anew although the lock has some. */
  readonly renew: readonly string[];
  /** Only say what would change. */
  readonly check?: boolean | undefined;
}
