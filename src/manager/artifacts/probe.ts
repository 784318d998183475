import { SkillsError } from '../../core/index.ts';
import type { ProbeReport } from '../../oci/probe/index.ts';
import { readPrefix } from '../../resolve/index.ts';
import type { Context } from '../context.ts';

export interface ProbeOptions {
  /** Push a small artifact into `<prefix>/skills-probe`, and remove it again: some things show only then. */
  readonly write?: boolean | undefined;
}

/** What a registry can do. */
export interface RegistryReport extends ProbeReport {
  /** `host/prefix` that was looked at. */
  readonly registry: string;
  /** Whether it was written to. */
  readonly wrote: boolean;
}

/** @param registry `host[/prefix]`, or the name of a registry; by default the one that bare names stand in. */
export async function probe(
  context: Context,
  registry: string | undefined,
  { write = false }: ProbeOptions,
): Promise<RegistryReport> {
  const prefix = prefixOf(context, registry);
  const slash = prefix.indexOf('/');
  const host = slash < 0 ? prefix : prefix.slice(0, slash);
  context.requireNetwork(`the registry ${host}`);
  const { probeRegistry } = await import('../../oci/probe/index.ts');
  await using opened = await context.openRegistry(host, await context.credentials());
  const report = await probeRegistry(opened, {
    prefix: slash < 0 ? '' : prefix.slice(slash + 1),
    write,
    signal: context.signal,
  });
  return { registry: prefix, wrote: write, ...report };
}

function prefixOf({ settings }: Context, registry: string | undefined): string {
  const named = settings.named.find(({ name }) => name === registry)?.url;
  const prefix = named ?? (registry === undefined ? settings.registry : readPrefix(registry)?.prefix);
  if (prefix !== undefined) return prefix;
  if (registry === undefined) {
    throw new SkillsError('ERR_NO_REGISTRY', 'no registry is named, and none is configured', {
      hint: 'name one: ghcr.io/acme/skills',
    });
  }
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${registry}" is not a registry`, {
    hint: 'write it as registry.example.com/team/skills: a host, and below it where the skills stand',
  });
}
