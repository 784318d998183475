import type { SearchResults, SkillDetail, SkillSummary, TagCount } from '../api/index.ts';
import type { Skill } from '../runtime/index.ts';
import type { OfferedSkill } from '../sources/index.ts';
import { Artifacts } from './artifacts/artifacts.ts';
import type { InitOptions, InitReport } from './authors/init.ts';
import type { PackCommandOptions } from './authors/pack.ts';
import type { PublishOptions } from './authors/publish.ts';
import type { PushOptions } from './authors/push.ts';
import type { ValidateOptions } from './authors/validate.ts';
import { Collections } from './collections/collections.ts';
import { Context } from './context.ts';
import type { PullOptions } from './discovery/pull.ts';
import type { UninstallOptions } from './install/uninstall.ts';
import type { UpdateOptions } from './install/update.ts';
import { Config } from './machine/config.ts';
import type { LoginCredentials, LoginReport, LogoutReport } from './machine/login.ts';
import { Registries } from './machine/registries.ts';
import type { Settings } from './settings/settings.ts';
import { settle } from './settle.ts';
import type {
  DoctorReport,
  InspectReport,
  InstalledSkill,
  InstallOptions,
  InstallReport,
  PackReport,
  PublishReport,
  PullReport,
  PushReport,
  ReadOptions,
  SearchOptions,
  SkillManagerOptions,
  SkillPackage,
  UninstallReport,
  ValidateReport,
} from './types.ts';

/**
 * Everything that can be done with skills: find, install, load; pack, push, publish; configure.
 *
 * With `project` it works on that folder's skills.json, skills.lock.json and agents' folders; with `global` on the
 * user's; without either on the store alone, as an application does that loads skills at run time.
 *
 * Every method rejects with a `SkillsError` (code, message, hint). A verb's code is loaded when it is first used.
 *
 * @example
 * const skills = new SkillManager({ registry: 'ghcr.io/acme/skills', registryUrl: 'https://skills.acme.dev' });
 * await skills.install('pdf@^1.2');
 * const pdf = await skills.load('pdf');
 * console.log(await pdf.instructions());
 */
export class SkillManager implements AsyncDisposable {
  readonly #context: Context;
  /** Registries by names of their own. */
  readonly registries: Registries;
  /** Single values of the machine's configuration. */
  readonly config: Config;
  /** Artifacts as they are, whatever is in them. */
  readonly artifacts: Artifacts;
  /** Several skills under one reference. */
  readonly collections: Collections;

  constructor(options: SkillManagerOptions = {}) {
    this.#context = new Context({ ...options });
    this.registries = new Registries(this.#context);
    this.config = new Config(this.#context);
    this.artifacts = new Artifacts(this.#context);
    this.collections = new Collections(this.#context);
  }

  /** Where this manager works, and what names mean there. */
  get settings(): Settings {
    return this.#context.settings;
  }

  // Discovery

  /**
   * Skills that the index finds, best first.
   *
   * @throws SkillsError ERR_NO_REGISTRY where no index is configured; ERR_NETWORK, ERR_REGISTRY where it does not answer.
   * @example
   * const found = await skills.search('weekly report', { tags: ['csv'], limit: 5 });
   * for (const { name, version, description } of found) console.log(name, version, description);
   */
  async search(query: string, options: SearchOptions = {}): Promise<readonly SkillSummary[]> {
    return (await this.searchPage(query, options)).results;
  }

  /** The same, with how many there are in all: for pages, with `limit` and `offset`. */
  async searchPage(query: string, options: SearchOptions = {}): Promise<SearchResults> {
    return this.#settle(async () => (await this.#context.requireIndex()).search(query, defined(options)));
  }

  /** The tags that skills have, most used first. */
  async getTags(): Promise<readonly string[]> {
    return (await this.getTagCounts()).map(({ tag }) => tag);
  }

  /** The same, each with how many skills have it. */
  async getTagCounts(): Promise<readonly TagCount[]> {
    return this.#settle(async () => (await this.#context.requireIndex()).tags());
  }

  /**
   * What the index says of a skill; its newest version unless one is named.
   *
   * @throws SkillsError ERR_NO_REGISTRY where no index is configured; ERR_NOT_FOUND; ERR_CONFLICT for a bare name of several skills, with `data.candidates`.
   */
  async getSkill(name: string, version?: string): Promise<SkillDetail> {
    const { getSkill } = await import('./discovery/get-skill.ts');
    return this.#settle(() => getSkill(this.#context, name, version));
  }

  /** Whatever is known of an artifact (by any spec), a folder or a package file, without installing it. */
  async inspect(what: string, options: ReadOptions = {}): Promise<InspectReport> {
    const { inspect } = await import('./discovery/inspect.ts');
    return this.#settle(() => inspect(this.#context, what, options));
  }

  /** The skills that a git repository offers. */
  async offered(spec: string): Promise<readonly OfferedSkill[]> {
    const { offered } = await import('./discovery/offered.ts');
    return this.#settle(() => offered(this.#context, spec));
  }

  // Installation

  /**
   * Installs one skill with its dependencies. With a project, skills.json and skills.lock.json say so afterwards.
   *
   * `spec` is what the command line takes: `pdf@^1.2`, `ghcr.io/acme/skills/pdf:1.2.0`, `oci-layout:./dir:1.2.0`,
   * `owner/repo/path@ref`, `./folder`, `./pdf-1.2.0.spm`. Installing the same again changes nothing.
   *
   * @throws SkillsError ERR_NOT_FOUND, ERR_NO_VERSION and ERR_CONFLICT where nothing fits; ERR_NETWORK, ERR_REGISTRY,
   * ERR_UNAUTHORISED from the registry; ERR_SKILL_INVALID, ERR_ARCHIVE_UNSAFE for what it holds; ERR_NOT_OURS where a folder
   * is in the way. Whatever is thrown, nothing is left half-installed.
   * @example
   * const { path, dependencies } = await skills.install('csv-report@^1.0');
   */
  async install(spec: string, options: InstallOptions = {}): Promise<SkillPackage> {
    const { installOne } = await import('./install/install.ts');
    return this.#settle(() => installOne(this.#context, spec, options));
  }

  /**
   * Installs several; none named means what skills.json declares. Throws as `install` does.
   *
   * @example
   * await skills.installAll([], { frozen: true }); // exactly what the lock says, for CI and containers
   */
  async installAll(specs: readonly string[] = [], options: InstallOptions = {}): Promise<InstallReport> {
    const { install } = await import('./install/install.ts');
    return this.#settle(() => install(this.#context, specs, options));
  }

  /** Removes skills, and those that only they required. */
  async uninstall(names: string | readonly string[], options: UninstallOptions = {}): Promise<UninstallReport> {
    const { uninstall } = await import('./install/uninstall.ts');
    return this.#settle(() => uninstall(this.#context, typeof names === 'string' ? [names] : names, options));
  }

  /** Moves one skill to the newest version that its range allows. Its source never changes. */
  async update(name: string, options: UpdateOptions = {}): Promise<SkillPackage> {
    const { updateOne } = await import('./install/update.ts');
    return this.#settle(() => updateOne(this.#context, name, options));
  }

  /** The same for several; none named means all. With `check` only says what would move. */
  async updateAll(names: readonly string[] = [], options: UpdateOptions = {}): Promise<InstallReport> {
    const { update } = await import('./install/update.ts');
    return this.#settle(() => update(this.#context, names, options));
  }

  /** Verifies a skill and unpacks it into the store, or into a folder, without activating it. */
  async pull(reference: string, options: PullOptions = {}): Promise<PullReport> {
    const { pull } = await import('./discovery/pull.ts');
    return this.#settle(() => pull(this.#context, reference, options));
  }

  /** Whether the installed files are committed or ignored by git; undefined until somebody chose, or without a project. */
  async readChoice(): Promise<'vendor' | 'ignore' | undefined> {
    const { root, scope } = this.settings;
    return scope === 'project' ? (await this.#context.store()).readChoice(root) : undefined;
  }

  // Management

  /** The skills that are installed here: the project's, the user's, or all in the store. */
  async list(): Promise<readonly InstalledSkill[]> {
    const { listInstalled } = await import('./installed/list.ts');
    return this.#settle(() => listInstalled(this.#context));
  }

  /** One of them; `name` may be an alias. @throws SkillsError ERR_NOT_INSTALLED */
  async getInstalled(name: string): Promise<InstalledSkill> {
    const { findInstalled } = await import('./installed/list.ts');
    return this.#settle(() => findInstalled(this.#context, name));
  }

  // Loading

  /**
   * Loads an installed or pulled skill: `name`, an alias, or `name@version`. Asks no network; files are read when asked for.
   *
   * @throws SkillsError ERR_NOT_INSTALLED; ERR_SKILL_INVALID where its files are broken.
   * @example
   * const skill = await skills.load('csv-report');
   * const prompt = await skill.instructions();
   * const script = await skill.text('scripts/report.py');
   */
  async load(name: string): Promise<Skill> {
    const { load } = await import('./installed/load.ts');
    return this.#settle(() => load(this.#context, name));
  }

  /** Loads all that are installed; one that fails is a warning of the logger, the others load. */
  async loadAll(): Promise<readonly Skill[]> {
    const { loadAll } = await import('./installed/load.ts');
    return this.#settle(() => loadAll(this.#context));
  }

  // Authors

  /**
   * Checks skill folders and reports every problem at once; a folder that is no skill but holds some stands for all of them.
   * None named means the current folder. Problems are not thrown: look at `ok`.
   *
   * @throws SkillsError ERR_NOT_FOUND for a folder that is not there.
   */
  async validate(dirs: readonly string[] = [], options: ValidateOptions = {}): Promise<ValidateReport> {
    const { validate } = await import('./authors/validate.ts');
    return this.#settle(() => validate(this.#context, dirs, options));
  }

  /** Makes a skill that validates: a new folder, or the missing files in `dir`. @throws SkillsError ERR_CONFLICT for files in the way. */
  async init(dir?: string, options: InitOptions = {}): Promise<InitReport> {
    const { init } = await import('./authors/init.ts');
    return this.#settle(() => init(this.#context, dir, options));
  }

  /** Packs a folder into `<name>-<version>.spm` or `.zip`. The same folder and version give the same bytes everywhere. */
  async pack(dir = '.', options: PackCommandOptions = {}): Promise<PackReport> {
    const { packToFile } = await import('./authors/pack.ts');
    return this.#settle(() => packToFile(this.#context, dir, options));
  }

  /**
   * Packs a folder or package file and pushes it to exactly this reference: `ghcr.io/acme/skills/pdf:1.2.0`, or
   * `oci-layout:./dir`. No other tag moves, no index is told: that is `publish`.
   *
   * @throws SkillsError ERR_VERSION_EXISTS where the version is there with other content; ERR_CONFLICT where the repository
   * does not end in the skill's name; ERR_UNAUTHORISED with the login that is missing.
   */
  async push(source: string, reference: string, options: PushOptions = {}): Promise<PushReport> {
    const { push } = await import('./authors/push.ts');
    return this.#settle(() => push(this.#context, source, reference, options));
  }

  /**
   * Validates, packs and pushes a skill under its own name, moves `latest`, `1` and `1.2`, and tells the index where one is
   * configured. Throws as `push` does, and ERR_SKILL_INVALID with every error.
   *
   * @example
   * const { reference, digest } = await skills.publish('./csv-report', { registry: 'ghcr.io/acme/skills' });
   */
  async publish(dir = '.', options: PublishOptions = {}): Promise<PublishReport> {
    const { publish } = await import('./authors/publish.ts');
    return this.#settle(() => publish(this.#context, dir, options));
  }

  // Machine

  /**
   * Shows credentials to a registry, and keeps them where docker and podman have theirs once it takes them: in the helper that is
   * configured for it, else in a file.
   *
   * @param registry `host[:port]`, perhaps with a namespace (`quay.io/acme`), or a configured name; default that of bare names.
   * @param credentials or who asks for them, once it is clear which registry they are for.
   * @throws SkillsError ERR_UNAUTHORISED where it refuses them, with nothing stored; ERR_USAGE for credentials that are incomplete;
   * ERR_CONFIG_INVALID for a file or helper that cannot be used; ERR_NETWORK, ERR_REGISTRY.
   * @example
   * await skills.login('ghcr.io', { username: 'ann', password: token });
   */
  async login(
    registry: string | undefined,
    credentials: LoginCredentials | ((registry: string) => Promise<LoginCredentials>),
  ): Promise<LoginReport> {
    const { login } = await import('./machine/login.ts');
    return this.#settle(() => login(this.#context, registry, credentials));
  }

  /** Removes a registry's credentials from wherever they are kept; none there is no error. Throws as `login` does. */
  async logout(registry?: string): Promise<LogoutReport> {
    const { logout } = await import('./machine/login.ts');
    return this.#settle(() => logout(this.#context, registry));
  }

  /** Removes what can be fetched again. Installed skills stay. */
  async clearCache(): Promise<void> {
    await this.#settle(async () => (await this.#context.store()).cache.clear());
  }

  /** Bytes of what {@link clearCache} would remove. */
  async getCacheSize(): Promise<number> {
    return this.#settle(async () => (await this.#context.store()).cache.size());
  }

  /** Says what is configured and what is wrong: Node, git, store, project, registries, index, agents. Asks them, changes nothing. */
  async doctor(): Promise<DoctorReport> {
    const { doctor } = await import('./machine/doctor.ts');
    return this.#settle(() => doctor(this.#context));
  }

  /** Closes connections; the manager can be used again afterwards. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context[Symbol.asyncDispose]();
  }

  #settle<T>(work: () => T | Promise<T>): Promise<T> {
    return settle(this.#context, work);
  }
}

/** Options without the keys that are set to undefined. */
function defined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
