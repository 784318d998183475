import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Descriptor,
  type Digest,
  type Mounter,
  type Registry,
  type RepositoryLister,
  toSkillsError,
} from '../../core/index.ts';
import { indexFile, layoutFile } from './constants.ts';
import { type LayoutOptions, LayoutTarget } from './layout.ts';
import { repositoryPath, segmentOf } from './repository-path.ts';

/** How many repositories are held open, with what they know of their index.json. */
const openRepositories = 1_000;

/** A layout that takes blobs over from others of the same registry. */
export class LayoutRepository extends LayoutTarget implements Mounter {
  readonly #registry: LayoutRegistry;

  constructor(registry: LayoutRegistry, root: string, options: LayoutOptions) {
    super(root, options);
    this.#registry = registry;
  }

  /** A hard link where the file system can, else a copy: a blob is never changed in place. */
  async mount(descriptor: Descriptor, fromRepository = this.#registry.holderOf(descriptor.digest)): Promise<boolean> {
    if (fromRepository === undefined) return false;
    const file = await this.#registry.repository(fromRepository).fileOf(descriptor);
    if (file === undefined) return false;
    try {
      await this.blobs.link(file, descriptor.digest);
      await this.create();
      return true;
    } catch (error) {
      throw toSkillsError(error);
    }
  }
}

/** A folder of image layouts, one a repository: `<root>/acme/skills/pdf` holds `acme/skills/pdf`. */
export class LayoutRegistry implements Registry, RepositoryLister {
  /** The folder. */
  readonly root: string;
  readonly #options: LayoutOptions;
  readonly #open = new Map<string, LayoutRepository>();

  constructor(root: string, options: LayoutOptions = {}) {
    this.root = root;
    this.#options = options;
  }

  /** Names any repository; it is made by the first write. */
  repository(name: string): LayoutRepository {
    const path = repositoryPath(this.root, name);
    const repository = this.#open.get(name) ?? new LayoutRepository(this, path, this.#options);
    this.#open.delete(name);
    this.#open.set(name, repository);
    if (this.#open.size > openRepositories) this.#closeOldest();
    return repository;
  }

  async *repositories(): AsyncGenerator<string> {
    yield* this.repositoryNames();
  }

  /** Every repository, in byte order. */
  repositoryNames(): string[] {
    return [...findFolders(this.root, '')].filter(isLayout).map(nameOf).sort();
  }

  /** A repository that holds this content, those that were used last first. */
  holderOf(digest: Digest): string | undefined {
    const holds = (name: string) => this.repository(name).sizeOf(digest) !== undefined;
    return [...this.#open.keys()].reverse().find(holds) ?? this.repositoryNames().find(holds);
  }

  /** Removes uploads of all repositories that got nothing for `age` milliseconds; tells how many. */
  expireUploads(age: number): number {
    return [...findFolders(this.root, '')].reduce((sum, { name }) => sum + this.repository(name).expireUploads(age), 0);
  }

  #closeOldest(): void {
    for (const [name, repository] of this.#open) {
      if (repository.busy) continue;
      this.#open.delete(name);
      return;
    }
  }
}

interface RepositoryFolder {
  readonly path: string;
  readonly name: string;
}

const nameOf = ({ name }: RepositoryFolder): string => name;

function isLayout({ path }: RepositoryFolder): boolean {
  return existsSync(join(path, layoutFile)) && existsSync(join(path, indexFile));
}

/** Every folder that is one of a repository, or between the root and one. */
function* findFolders(folder: string, prefix: string): Generator<RepositoryFolder> {
  for (const entry of readFolder(folder)) {
    const segment = entry.isDirectory() ? segmentOf(entry.name) : undefined;
    if (segment === undefined) continue;
    const path = join(folder, entry.name);
    yield { path, name: prefix + segment };
    yield* findFolders(path, `${prefix}${segment}/`);
  }
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw toSkillsError(error);
  }
}
