import type { Exported } from './exported.ts';

interface Chapter {
  readonly title: string;
  readonly about?: string;
  readonly names: readonly Exported[];
}

/** Where a name stands in a chapter; undefined where it is none of it. Equal places keep the order of the exports. */
type Place = (name: string) => number | undefined;

const among =
  (...names: readonly string[]): Place =>
  (name) =>
    names.includes(name) ? names.indexOf(name) : undefined;

const matching =
  (pattern: RegExp): Place =>
  (name) =>
    pattern.test(name) ? 0 : undefined;

/** Chapters of the reference in their order: which names stand in them. The last takes what no other names. */
const plan: readonly { title: string; about?: string; takes: Place }[] = [
  { title: 'SkillManager', takes: among('SkillManager') },
  {
    title: 'Loaded skills',
    about: 'What `load` and `loadAll` give.',
    takes: among('Skill', 'SkillManifest', 'DeclaredTool'),
  },
  {
    title: 'Configuration',
    about: '`manager.registries`, `manager.config` and `manager.settings`.',
    takes: among('Registries', 'NamedRegistry', 'Config', 'Settings', 'findProject', 'homeOf'),
  },
  { title: 'Options', takes: matching(/Options$|^SourcePolicy$|^ProgressEvent$/) },
  {
    title: 'Reports',
    takes: matching(/Report$|^Installed|^SkillPackage$|^ValidatedSkill$|^DoctorCheck$/),
  },
  {
    title: 'Errors',
    about:
      'Everything that goes wrong is a `SkillsError`: `code` says what, `message` what happened, `hint` what to do, `cause` why. ' +
      'A failed verification is a `TrustError`. What each code means, and what helps, is in [ERRORS.md](ERRORS.md).',
    takes: among('SkillsError', 'TrustError', 'isSkillsError', 'ErrorDetails', 'ErrorCode', 'exitCodes', 'errorTable'),
  },
  { title: 'Other types', takes: matching(/^/) },
];

export function chaptersOf(exported: readonly Exported[]): Chapter[] {
  const left = new Set(exported);
  return plan.map(({ takes, ...chapter }) => {
    const names = [...left].filter(({ name }) => takes(name) !== undefined);
    for (const one of names) left.delete(one);
    names.sort((a, b) => (takes(a.name) ?? 0) - (takes(b.name) ?? 0));
    return { ...chapter, names };
  });
}
