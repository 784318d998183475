import type { Grade } from '../problem.ts';
import type { IssueKind } from '../reading/describe-issue.ts';
import { Draft } from '../reading/draft.ts';
import type { FileReport, Path } from '../reading/file-report.ts';
import { type Frontmatter, splitFrontmatter } from '../reading/frontmatter.ts';
import { readLenientYaml } from '../reading/lenient-yaml.ts';
import { isMap } from '../reading/prepare.ts';
import { readFields } from '../reading/read-fields.ts';
import type { Rule } from '../rules.ts';
import { skillMdSchema } from '../schemas/skill-md.ts';
import { readAllowedTools, splitTools } from './allowed-tools.ts';
import { reportUnexpected, topText } from './legacy-fields.ts';
import { checkStrictYaml } from './strict-yaml.ts';
import { readVersion } from './version.ts';
import { readWords } from './words.ts';

type Raw = Readonly<Record<string, unknown>>;

/**
 * SKILL.md as agentskills.io describes it, read as leniently as agents read it: what its validator refuses is a
 * warning, but for a frontmatter that cannot be read at all.
 *
 * @throws SkillsError ERR_FILE_INVALID where the frontmatter is no YAML even with its values in quotes.
 */
export function readSkillMd(report: FileReport): Draft {
  const draft = new Draft(report);
  const parts = splitFrontmatter(report.text);
  if (!parts) {
    reportNoFrontmatter(report);
    return draft;
  }
  readYamlPart(parts, report);
  if (parts.body.trim() === '') {
    report.warn('skill-md/empty-body', [], 'there are no instructions below the frontmatter', {
      mend: 'write what the agent should do',
    });
  }
  const { fields, raw } = readFields(withToolsAsText(report), report, {
    schema: skillMdSchema,
    gradeOf,
    ruleOf,
    keep: ['length', 'format'],
  });
  setSpecFields(draft, fields);
  setMetadata(draft, fields.metadata ?? {}, raw);
  for (const key of Object.keys(raw)) if (!Object.hasOwn(skillMdSchema.shape, key)) reportUnexpected(key, raw, report);
  return draft;
}

function reportNoFrontmatter(report: FileReport): void {
  const open = /^\uFEFF?---[ \t]*\r?\n/.test(report.text);
  const message = open ? 'the frontmatter is not closed' : 'there is no frontmatter';
  report.addAt({ line: 1, column: 1 }, 'error', 'skill-md/frontmatter', message, {
    mend: open
      ? 'write a line with --- below the last field'
      : 'begin the file with ---, name: …, description: … and ---, a line each',
  });
}

function readYamlPart({ yaml, start }: Frontmatter, report: FileReport): void {
  const { located, quoted } = readLenientYaml(yaml, { file: report.file, lineOffset: 1 });
  report.located = located;
  for (const value of quoted) {
    const column = value.start - yaml.lastIndexOf('\n', value.start - 1);
    report.addAt(
      { line: value.line + 1, column },
      'warning',
      'skill-md/quoting',
      `${value.key} is YAML only in quotes; it is read as if they were there`,
      {
        mend: 'put the value in quotes',
        fix: {
          file: report.file,
          start: start + value.start,
          end: start + value.end,
          replacement: value.replacement,
        },
      },
    );
  }
  checkStrictYaml(yaml, 1, report);
}

/** The fields, with `allowed-tools` as the one text that it should be. */
function withToolsAsText(report: FileReport): unknown {
  const value = report.located?.value;
  if (!isMap(value)) return value;
  // in whatever spelling: that is reported apart
  const key = Object.keys(value).find((name) => name.toLowerCase().replace(/[-_]/g, '') === 'allowedtools');
  const text = key === undefined ? undefined : readAllowedTools(key, value[key], report);
  return key === undefined || text === undefined ? value : { ...value, [key]: text };
}

function gradeOf(kind: IssueKind, path: Path): Grade | 'silent' {
  // unknown fields are reported with the change that moves them, the name and what is missing when all files are read
  if (kind === 'unknown' && path.length === 1) return 'silent';
  if (kind === 'type' && path[0] === 'description') return 'error';
  if ((path[0] === 'name' && kind !== 'type') || (path[0] === 'description' && kind !== 'length')) return 'silent';
  return 'warning';
}

function ruleOf(kind: IssueKind): Rule | undefined {
  return kind === 'length' ? 'skill-md/length' : undefined;
}

interface SpecFields {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly license?: string | undefined;
  readonly compatibility?: string | undefined;
  readonly 'allowed-tools'?: string | undefined;
}

function setSpecFields(draft: Draft, fields: SpecFields): void {
  for (const key of ['name', 'description', 'license', 'compatibility'] as const) {
    const text = fields[key]?.trim();
    draft.set(key, text === '' ? undefined : text, [key]);
  }
  const tools = fields['allowed-tools'];
  draft.set('allowedTools', tools === undefined ? undefined : splitTools(tools), ['allowed-tools']);
}

/** Metadata that has a field of its own in a manifest, written under `metadata` or (refused by skills-ref) at the top. */
function setMetadata(draft: Draft, metadata: Readonly<Record<string, string>>, raw: Raw): void {
  const { version, author, authors, tags, keywords, homepage, repository, source, ...rest } = metadata;
  const pick = (key: string, nested: string | undefined): [string | undefined, Path] =>
    nested === undefined ? [topText(key, raw, draft.report), [key]] : [nested, ['metadata', key]];
  const [versionText, versionPath] = pick('version', version);
  draft.set('version', readVersion(versionText, draft.report, versionPath, false), versionPath);
  const [tagText, tagPath] = pick('tags', tags ?? keywords ?? topText('keywords', raw, draft.report));
  draft.set('tags', readWords(tagText), tagPath);
  const [authorText, authorPath] = pick('author', author ?? authors ?? topText('authors', raw, draft.report));
  draft.set('authors', readWords(authorText), authorPath);
  draft.set('homepage', ...pick('homepage', homepage));
  draft.set('repository', ...pick('repository', repository ?? urlOf(source)));
  if (source !== undefined && urlOf(source) === undefined) Object.assign(rest, { source });
  if (Object.keys(rest).length > 0) draft.set('metadata', rest, ['metadata']);
}

function urlOf(text: string | undefined): string | undefined {
  return text?.startsWith('https://') ? text : undefined;
}
