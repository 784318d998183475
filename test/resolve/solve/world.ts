import { SkillsError } from '../../../src/core/index.ts';
import type { PackageDependency, PackageManifest, VersionPort } from '../../../src/resolve/index.ts';

/** `{ pdf: { '1.0.0': { needs: { xlsx: '^1' }, likes: {…}, provides: {…} } } }` */
export type World = Readonly<Record<string, Readonly<Record<string, Release>>>>;

export interface Release {
  readonly needs?: Readonly<Record<string, string>>;
  readonly likes?: Readonly<Record<string, string>>;
  readonly provides?: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly digest?: string;
}

const home = 'reg.test/skills';

/** The packageId of a name; what has a slash is one already. */
export function idOf(name: string): string {
  return name.includes('/') ? name : `${home}/${name}`;
}

export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** A registry in memory that counts what it is asked. */
export class WorldPort implements VersionPort {
  readonly asked: string[] = [];
  readonly #world: World;
  mostAtOnce = 0;
  #running = 0;

  constructor(world: World) {
    this.#world = Object.fromEntries(Object.entries(world).map(([name, releases]) => [idOf(name), releases]));
  }

  async versions(packageId: string): Promise<readonly string[]> {
    await this.#ask(`versions ${packageId}`);
    const releases = this.#world[packageId];
    if (!releases) throw new SkillsError('ERR_NOT_FOUND', `${packageId} is not there`);
    return Object.keys(releases).filter((key) => /^\d/.test(key));
  }

  async manifest(packageId: string, version: string): Promise<PackageManifest> {
    await this.#ask(`manifest ${packageId} ${version}`);
    const release = this.#world[packageId]?.[version];
    if (!release) throw new SkillsError('ERR_NOT_FOUND', `${packageId}:${version} is not there`);
    return {
      version: release.version ?? (/^\d/.test(version) ? version : undefined),
      ...(release.digest ? { digest: release.digest as never } : {}),
      dependencies: [...dependencies(release.needs, false), ...dependencies(release.likes, true)],
      ...(release.provides ? { provides: release.provides } : {}),
    };
  }

  async #ask(question: string): Promise<void> {
    this.asked.push(question);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#running);
    await new Promise((resolve) => setImmediate(resolve));
    this.#running--;
  }
}

function dependencies(ranges: Readonly<Record<string, string>> = {}, optional: boolean): PackageDependency[] {
  return Object.entries(ranges).map(([name, range]) => ({
    packageId: idOf(name),
    name: nameOf(name),
    range,
    optional,
  }));
}
