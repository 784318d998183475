import type { Tarball } from './tarball.ts';

/** What would be published, and where it is asked for. */
export interface Candidate {
  readonly root: string;
  readonly packageJson: PackageJson;
  readonly tarball: Tarball;
  /** Whether the version may have its git tag already: in the workflow that the tag started, and in CI between releases. */
  readonly mayBeTagged: boolean;
  /** `owner/name` of the repository whose workflow publishes; absent everywhere else. */
  readonly publishesFrom?: string | undefined;
}

/** What the checks read of package.json. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly private?: boolean;
  readonly repository?: string | { readonly url?: string };
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly bundleDependencies?: readonly string[];
}

/** One question that a release must answer. Returns what was found, in words; throws {@link Wrong} with what is wrong. */
export interface Check {
  readonly title: string;
  run(candidate: Candidate): string | Promise<string>;
}

/** Why a check does not hold: one line for each fault. */
export class Wrong extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'Wrong';
    this.faults = faults;
  }
}

/** Returns `found`, unless there are faults. */
export function holds(found: string, faults: readonly string[]): string {
  if (faults.length > 0) throw new Wrong(faults);
  return found;
}

/** Runs all checks, prints a line for each and what is wrong below it. Returns how many failed. */
export async function runChecks(
  checks: readonly Check[],
  candidate: Candidate,
  print: (line: string) => void,
): Promise<number> {
  let failed = 0;
  for (const { title, run } of checks) {
    try {
      print(`✓ ${title}: ${await run(candidate)}`);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      failed++;
      print(`✗ ${title}`);
      for (const fault of error.faults) print(`    ${fault}`);
    }
  }
  return failed;
}
