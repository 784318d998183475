import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunOptions } from './run.ts';

/** A home folder, a project and a place for skills, all of their own and removed with it. */
export class Room implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'skills-cli-'));
  readonly project = join(this.path, 'project');
  readonly home = join(this.path, 'home');
  readonly #env: Readonly<Record<string, string>>;

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
    for (const folder of [this.project, this.home]) mkdirSync(folder);
    writeFileSync(join(this.project, 'skills.json'), '{}\n');
  }

  /** How to run a command here. */
  get options(): RunOptions {
    return { cwd: this.project, env: { HOME: this.home, SKILLS_HOME: join(this.home, '.skills'), ...this.#env } };
  }

  /** Writes a skill and returns its folder. */
  writeSkill(name: string, { version, files = {}, body = 'Do it.' }: SkillText = {}): string {
    const folder = join(this.path, 'skills', name);
    const lines = [`name: ${name}`, `description: Does ${name} well. Use it when ${name} is asked for.`];
    if (version) lines.push('metadata:', `  version: "${version}"`);
    const all = { 'SKILL.md': `---\n${lines.join('\n')}\n---\n\n# ${name}\n\n${body}\n`, ...files };
    for (const [path, text] of Object.entries(all)) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    return folder;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

interface SkillText {
  readonly version?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly body?: string;
}
