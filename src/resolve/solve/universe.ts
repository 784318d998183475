import { isDigest, isSkillsError, type SkillsError } from '../../core/index.ts';
import { matchingVersions, readSelector, satisfiesRange, sortVersions } from '../versions/ranges.ts';
import { versionOfTag } from '../versions/tags.ts';
import type { PackageManifest, VersionPort } from './port.ts';

/** What can be taken of a package: `key` is what the port is asked for. */
export interface Candidate {
  readonly key: string;
  readonly version: string | undefined;
  readonly manifest: PackageManifest;
}

/** What one requirement allows of its package. */
export interface Wish {
  readonly range: string;
  readonly key?: string | undefined;
}

/** Everything the port has said, each question asked once; answers that are asked for early come in parallel. */
export class Universe {
  readonly #port: VersionPort;
  readonly #prefer: ReadonlyMap<string, string>;
  readonly #versions = new Map<string, Promise<readonly string[]>>();
  readonly #manifests = new Map<string, Promise<PackageManifest>>();
  readonly #missing = new Map<string, SkillsError>();
  readonly #foreseen = new Set<string>();
  readonly #pinned = new Set<string>();
  readonly #matches = new Map<string, ReadonlySet<string>>();

  constructor(port: VersionPort, prefer: ReadonlyMap<string, string> = new Map()) {
    this.#port = port;
    this.#prefer = prefer;
  }

  /** All versions, newest first; none for a package that does not exist. */
  versions(packageId: string): Promise<readonly string[]> {
    return remember(this.#versions, packageId, async () => {
      try {
        return [...new Set(sortVersions(await this.#port.versions(packageId)))];
      } catch (error) {
        return this.#miss(packageId, error, []);
      }
    });
  }

  manifest(packageId: string, key: string): Promise<PackageManifest> {
    return remember(this.#manifests, `${packageId}\0${key}`, () => this.#port.manifest(packageId, key));
  }

  /**
   * The keys that all wishes allow, in the order in which they are tried: the preferred one, then from the newest.
   *
   * Where nothing but the newest is asked for, prereleases come last: they are taken where no release leads to a solution.
   */
  async keys(packageId: string, wishes: readonly Wish[]): Promise<readonly string[]> {
    const pin = wishes.map(pinOf).find((key) => key !== undefined);
    if (pin !== undefined) return [pin];
    const versions = await this.versions(packageId);
    const ranges = wishes.map(({ range }) => range).filter((range) => readSelector(range).kind === 'range');
    const allowed = ranges.map((range) => this.#matching(packageId, range, versions));
    const keys =
      ranges.length > 0
        ? versions.filter((version) => allowed.every((set) => set.has(version)))
        : [...new Set([...matchingVersions('', versions), ...versions])];
    const preferred = this.#prefer.get(packageId);
    if (preferred === undefined || !keys.includes(preferred)) return keys;
    return [preferred, ...keys.filter((key) => key !== preferred)];
  }

  /** What a key stands for; undefined where it is not there (any more). */
  async candidate(packageId: string, key: string): Promise<Candidate | undefined> {
    try {
      const manifest = await this.manifest(packageId, key);
      return { key, version: versionOfTag(key) ?? manifest.version, manifest };
    } catch (error) {
      return this.#miss(packageId, error, undefined);
    }
  }

  /** Why the port says that a package, or a version of it, does not exist. */
  missing(packageId: string): SkillsError | undefined {
    return this.#missing.get(packageId);
  }

  #miss<T>(packageId: string, error: unknown, answer: T): T {
    if (!isSkillsError(error, 'ERR_NOT_FOUND')) throw error;
    this.#missing.set(packageId, error);
    return answer;
  }

  /**
   * Begins to ask for what will be needed soon, and for what that needs, so that a deep tree costs its depth in round trips and not its
   * size. A failure is seen by whoever needs the answer.
   */
  foresee(packageId: string, wishes: readonly Wish[]): void {
    const id = JSON.stringify([packageId, ...wishes.map(({ range, key }) => key ?? range)]);
    if (this.#foreseen.has(id)) return;
    this.#foreseen.add(id);
    // What is pinned has no versions to choose from: a dependent's range must not ask for them.
    if (wishes.some((wish) => pinOf(wish) !== undefined)) this.#pinned.add(packageId);
    else if (this.#pinned.has(packageId)) return;
    this.#follow(packageId, wishes).catch(() => undefined);
  }

  async #follow(packageId: string, wishes: readonly Wish[]): Promise<void> {
    const [key] = await this.keys(packageId, wishes);
    if (key === undefined) return;
    const { dependencies } = await this.manifest(packageId, key);
    for (const dependency of dependencies) if (!dependency.optional) this.foresee(dependency.packageId, [dependency]);
  }

  #matching(packageId: string, range: string, versions: readonly string[]): ReadonlySet<string> {
    const id = `${packageId}\0${range}`;
    const known = this.#matches.get(id) ?? new Set(matchingVersions(range, versions));
    this.#matches.set(id, known);
    return known;
  }
}

/** The one key that a wish allows, where it allows one only: an explicit key, a digest, or a tag that is no version. */
export function pinOf({ range, key }: Wish): string | undefined {
  if (key !== undefined) return key;
  const selector = readSelector(range);
  if (selector.kind === 'digest') return selector.digest;
  return selector.kind === 'tag' ? selector.tag : undefined;
}

function remember<T>(answers: Map<string, Promise<T>>, id: string, ask: () => Promise<T>): Promise<T> {
  const known = answers.get(id);
  if (known) return known;
  const answer = ask();
  answer.catch(() => undefined);
  answers.set(id, answer);
  return answer;
}

/** Whether a candidate grants a wish. What has no version is granted to every range: the project itself chose it. */
export function grants({ key, version, manifest }: Candidate, wish: Wish): boolean {
  const pin = pinOf(wish);
  if (pin !== undefined) return pin === key || (isDigest(pin) && manifest.digest === pin);
  return version === undefined || satisfiesRange(version, wish.range);
}
