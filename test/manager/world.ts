import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SkillManager, type SkillManagerOptions } from '../../src/manager/index.ts';
import { serveRegistry } from '../../src/oci/server/index.ts';

/** A folder with a registry, a store and a project of its own. */
export interface World extends AsyncDisposable {
  readonly room: string;
  readonly home: string;
  readonly project: string;
  /** `127.0.0.1:port` */
  readonly host: string;
  /** Registry prefix of the tests. */
  readonly prefix: string;
  manager(options?: SkillManagerOptions): SkillManager;
  /** Writes a skill and gives its folder. */
  skill(name: string, facts?: SkillFacts): string;
  /** Writes and publishes a skill. */
  publish(name: string, facts?: SkillFacts): Promise<void>;
  /** Stops the registry, as when its machine goes down. */
  stopRegistry(): Promise<void>;
}

export interface SkillFacts {
  readonly version?: string;
  readonly description?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  /** Further lines of skill.yaml. */
  readonly yaml?: string;
  readonly files?: Readonly<Record<string, string>>;
}

export async function makeWorld(): Promise<World> {
  const room = realpathSync(mkdtempSync(join(tmpdir(), 'skills-world-')));
  const registry = await serveRegistry({ dir: join(room, 'registry') });
  const [home, project] = [join(room, 'home'), join(room, 'project')];
  mkdirSync(project);
  const prefix = `${registry.host}/acme`;
  // An agent-free home, so that what is on this machine decides nothing.
  const env = { PATH: process.env.PATH, HOME: join(room, 'user') };
  const managers: SkillManager[] = [];
  let running = true;
  const stopRegistry = async () => {
    if (running) await registry.close();
    running = false;
  };
  const manager = (options: SkillManagerOptions = {}) => {
    const made = new SkillManager({ registry: prefix, cacheDir: home, project, cwd: room, env, ...options });
    managers.push(made);
    return made;
  };
  const skill = (name: string, facts: SkillFacts = {}) => writeSkill(join(room, 'skills', name), name, facts);
  return {
    room,
    home,
    project,
    host: registry.host,
    prefix,
    manager,
    skill,
    stopRegistry,
    publish: async (name, facts) => {
      await manager().publish(skill(name, facts));
    },
    [Symbol.asyncDispose]: async () => {
      for (const made of managers) await made[Symbol.asyncDispose]();
      await stopRegistry();
      rmSync(room, { recursive: true, force: true });
    },
  };
}

export function writeSkill(folder: string, name: string, facts: SkillFacts = {}): string {
  const {
    version = '1.0.0',
    description = `Does what ${name} does. Use it in tests.`,
    dependencies = {},
    yaml = '',
    files = {},
  } = facts;
  rmSync(folder, { recursive: true, force: true });
  const needs = Object.entries(dependencies).map(([other, range]) => `  ${other}: "${range}"\n`);
  const all: Record<string, string> = {
    'SKILL.md': `---\nname: ${name}\ndescription: ${description}\n---\n\n# ${name} ${version}\n`,
    'skill.yaml': `name: ${name}\nversion: ${version}\ndescription: ${description}\n${needs.length ? `dependencies:\n${needs.join('')}` : ''}${yaml}`,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
  return folder;
}
