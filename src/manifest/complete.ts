import { type Capabilities, noCapabilities } from './capabilities.ts';
import type { Execution } from './execution.types.ts';
import type { SkillManifest } from './manifest.types.ts';
import { compact } from './reading/compact.ts';

/** What a field is where nothing was stated. */
export const defaults = {
  authors: [],
  allowedTools: [],
  tags: [],
  abilities: [],
  metadata: {},
  contents: { knowledge: false, recipes: false, executable: false },
  provides: {},
  aliases: [],
  frameworks: [],
  dependencies: [],
  includes: [],
  hosts: {},
  foreign: {},
  suggestions: {},
  capabilities: noCapabilities,
  limits: {},
  features: {},
  instructionsFile: 'SKILL.md',
  sources: [],
} as const satisfies Partial<SkillManifest>;

/** A manifest with every list and map in it. */
export function completeManifest(
  fields: { readonly [K in keyof SkillManifest]?: SkillManifest[K] | undefined } & Pick<
    SkillManifest,
    'name' | 'description'
  >,
): SkillManifest {
  const { name, description, ...rest } = fields;
  // the two that people look for stand first wherever a manifest is printed
  return { name, description, ...defaults, ...compact(rest) };
}

/** The programs that an execution starts: they are asked for by being named. */
export function commandsOf(execution: Execution | undefined, fallback: string | undefined): string[] {
  const own = execution && 'command' in execution ? [execution.command] : [];
  const word = fallback?.trim().split(/\s+/)[0];
  return [...own, ...(word ? [word] : [])];
}

/** `asked` and these programs too. */
export function withCommands(asked: Capabilities, commands: readonly string[]): Capabilities {
  const { exec } = asked;
  if (exec.commands === 'any' || commands.length === 0) return asked;
  return { ...asked, exec: { ...exec, commands: [...new Set([...exec.commands, ...commands])] } };
}
