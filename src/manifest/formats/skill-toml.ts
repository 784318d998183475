import type { z } from 'zod';
import { nameOfId, readToml } from '../../core/index.ts';
import { compact } from '../reading/compact.ts';
import { Draft } from '../reading/draft.ts';
import type { FileReport } from '../reading/file-report.ts';
import { readFields } from '../reading/read-fields.ts';
import { skillTomlSchema } from '../schemas/skill-toml.ts';
import type { SkillFiles } from '../skill-files.ts';
import { setCapabilities } from './permissions.ts';
import { setRequirements } from './requirements.ts';
import { readFeatures, readPlatform } from './shared-fields.ts';
import { isRange, readVersion } from './version.ts';

type SkillToml = z.infer<typeof skillTomlSchema>;
type Fields = Partial<SkillToml>;

/** skill.toml, the format behind seed 004. @throws SkillsError ERR_FILE_INVALID where it is no TOML. */
export function readSkillToml(report: FileReport, hosts: readonly string[], files: SkillFiles): Draft {
  report.located = readToml(report.text, report);
  const draft = new Draft(report);
  const { fields } = readFields(report.located.value, report, {
    schema: skillTomlSchema,
    keepTables: ['skill', 'provides'],
  });
  setIdentity(draft, fields.skill ?? {});
  setRequirements(draft, fields.dependencies, ['dependencies'], hosts);
  setHosts(draft, fields.skill ?? {});
  setCapabilities(draft, { table: fields.capabilities });
  setContents(draft, fields);
  checkContents(fields, files, report);
  draft.set('suggestions', fields.suggestions, ['suggestions']);
  draft.set('features', readFeatures(fields.features), ['features']);
  draft.set('platform', readPlatform(fields.platform), ['platform']);
  return draft;
}

/** Fields of a table whose required ones may be missing: that was reported, and the rest is still read. */
type Skill = Partial<SkillToml['skill']>;

function setIdentity(draft: Draft, skill: Skill): void {
  const { report } = draft;
  draft.set('id', skill.id, ['skill', 'id']);
  draft.set('name', skill.id === undefined ? undefined : nameOfId(skill.id), ['skill', 'id']);
  draft.set('title', skill.name, ['skill', 'name']);
  draft.set('version', readVersion(skill.version, report, ['skill', 'version'], true), ['skill', 'version']);
  draft.set('authors', skill.authors, ['skill', 'authors']);
  draft.set('tags', skill.keywords, ['skill', 'keywords']);
  for (const field of ['description', 'license', 'homepage', 'repository', 'documentation'] as const) {
    draft.set(field, skill[field], ['skill', field]);
  }
  checkApiVersion(skill.api_version, report);
}

/** The same major version loads, another minor warns, another major is refused. */
function checkApiVersion(written: string | undefined, report: FileReport): void {
  if (written === undefined) return;
  const [major, minor = '0'] = written.split('.');
  const path = ['skill', 'api_version'];
  if (major !== '1') {
    report.error('skill-toml/api-version', path, `api_version "${written}" is not understood`, { mend: 'write "1.0"' });
  } else if (minor !== '0') {
    report.warn('skill-toml/api-version', path, `api_version "${written}" is read as "1.0"`, {
      mend: 'newer fields are passed over',
    });
  }
}

function setHosts(draft: Draft, skill: Skill): void {
  const minimum = (['min_host_version', 'min_caro_version'] as const).flatMap((key) => {
    const version = skill[key];
    if (version === undefined) return [];
    const range = `>=${version}`;
    if (isRange(range)) return [[key === 'min_host_version' ? '*' : 'caro', range] as const];
    draft.report.error('dependencies/range', ['skill', key], `"${version}" is not a version`, {
      mend: 'write it as 1.2.0',
    });
    return [];
  });
  if (minimum.length === 0) return;
  draft.set('hosts', { ...draft.fields.hosts, ...Object.fromEntries(minimum) }, ['skill']);
}

function setContents(draft: Draft, { provides, knowledge, recipes, executable }: Fields): void {
  const contents = {
    knowledge: provides?.knowledge ?? false,
    recipes: provides?.recipes ?? false,
    executable: provides?.executable ?? false,
  };
  draft.set('contents', contents, ['provides']);
  if (contents.knowledge || knowledge) {
    const { topics = [], priority = 50, max_context_tokens: maxContextTokens = 1000 } = knowledge ?? {};
    draft.set('knowledge', { topics, priority, maxContextTokens }, ['knowledge']);
  }
  if (contents.recipes || recipes) {
    const { files = ['recipes/*.yaml'], default_confirmation: defaultConfirmation = 'prompt' } = recipes ?? {};
    draft.set('recipes', { files, defaultConfirmation }, ['recipes']);
  }
  if (executable) {
    draft.set('executable', { module: executable.module, ...compact({ exports: executable.exports ?? [] }) }, [
      'executable',
    ]);
  }
}

/** Each promise of `[provides]` needs its folder or module. */
function checkContents({ provides, executable }: Fields, files: SkillFiles, report: FileReport): void {
  for (const folder of ['knowledge', 'recipes'] as const) {
    if (!provides?.[folder] || files.paths.some((path) => path.startsWith(`${folder}/`))) continue;
    report.error('skill-toml/contents', ['provides', folder], `${folder} = true, and there is no ${folder}/`, {
      mend: `add ${folder}/ or write ${folder} = false`,
    });
  }
  if (!provides?.executable) return;
  const module = executable?.module;
  if (module === undefined) {
    report.error(
      'skill-toml/contents',
      ['provides', 'executable'],
      'executable = true, and [executable] names no module',
      { mend: 'add [executable] with module = "bin/skill.wasm"' },
    );
  } else if (!files.paths.includes(module.replace(/^\.\//, ''))) {
    report.error('skill-toml/contents', ['executable', 'module'], `the module ${module} is not there`, {
      mend: 'build it, or mend the path',
    });
  }
}
