/** A skill to be published by the writers of other tools. Paths that end in `.sh` are executable. */
export interface SkillContent {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}

export function skillOf(name: string, more: Readonly<Record<string, string>> = {}): SkillContent {
  const description = `Does what ${name} does. Use it in tests.`;
  return {
    name,
    files: {
      'SKILL.md': `---\nname: ${name}\ndescription: ${description}\nlicense: MIT\n---\n\n# ${name}\n`,
      'references/guide.md': `How to use ${name}.\n`,
      'scripts/run.sh': `#!/bin/sh\necho ${name}\n`,
      ...more,
    },
  };
}

export function modeOf(path: string): number {
  return path.endsWith('.sh') ? 0o755 : 0o644;
}

/** Every folder above some paths, each before what is in it. */
export function foldersOf(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) => {
    const segments = path.split('/').slice(0, -1);
    return segments.map((_, at) => segments.slice(0, at + 1).join('/'));
  });
  return [...new Set(folders)].sort();
}
