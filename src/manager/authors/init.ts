import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isSkillName, makeFolder, SkillsError, toSkillName, writeFileAtomic } from '../../core/index.ts';
import { initSkill } from '../../manifest/index.ts';
import type { Context } from '../context.ts';

/** What a new skill is made with. */
export interface InitOptions {
  /** Default the folder's name. */
  readonly name?: string | undefined;
  /** What it does and when to use it; default a sentence to be replaced. */
  readonly description?: string | undefined;
  /** Add a skill.yaml to a skill that has only a SKILL.md. */
  readonly fromSkillMd?: boolean | undefined;
  /** Replace files that are there. */
  readonly force?: boolean | undefined;
}

/** A skill that was made. */
export interface InitReport {
  readonly name: string;
  /** Absolute folder. */
  readonly dir: string;
  /** Files that were written, relative to it. */
  readonly files: readonly string[];
}

/** Makes a skill that validates: a new folder `name`, or the files in `dir`. */
export function init(context: Context, dir: string | undefined, options: InitOptions): InitReport {
  const { cwd } = context.settings;
  const folder = folderFor(resolve(cwd, dir ?? options.name ?? '.'), options);
  const name = options.name ?? toSkillName(basename(folder));
  if (!isSkillName(name)) throw badName(name);
  const skillMd = join(folder, 'SKILL.md');
  if (options.fromSkillMd && !existsSync(skillMd)) {
    throw new SkillsError('ERR_NOT_FOUND', `${skillMd} is not there`, {
      hint: 'run it in the folder of the skill, or leave --from-skill-md out',
    });
  }
  const files = initSkill({
    name,
    ...(options.description ? { description: options.description } : {}),
    ...(options.fromSkillMd ? { fromSkillMd: readFileSync(skillMd, 'utf8') } : {}),
  });
  refuseOverwriting(folder, [...files.keys()], options.force ?? false);
  for (const [path, text] of files) {
    const file = join(folder, path);
    makeFolder(dirname(file));
    writeFileAtomic(file, text);
  }
  return { name, dir: folder, files: [...files.keys()] };
}

/** A new folder has the skill's name, as the format wants it; a folder that is there keeps its own. */
function folderFor(asked: string, { name }: InitOptions): string {
  const mended = toSkillName(basename(asked));
  return name !== undefined || existsSync(asked) || !isSkillName(mended) ? asked : join(dirname(asked), mended);
}

function refuseOverwriting(folder: string, paths: readonly string[], force: boolean): void {
  const there = paths.filter((path) => existsSync(join(folder, path)));
  if (there.length === 0 || force) return;
  throw new SkillsError('ERR_CONFLICT', `${folder} has ${there.join(' and ')} already`, {
    hint: 'choose another name, or replace it with --force',
  });
}

function badName(name: string): SkillsError {
  const near = toSkillName(name);
  return new SkillsError('ERR_REFERENCE_INVALID', `"${name}" is not a skill's name`, {
    hint: `lower-case letters and digits, joined by single hyphens, 64 at most${near ? `; "${near}" would be one` : ''}`,
  });
}
