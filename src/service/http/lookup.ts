import type { Catalogue, SkillEntry, VersionEntry } from '../../catalogue/index.ts';
import { SkillsError } from '../../core/index.ts';

/**
 * The skill that `name` stands for: a repository with its registry, `@scope/name`, or a name that only one skill has.
 *
 * @throws SkillsError ERR_NOT_FOUND; ERR_CONFLICT with `data.candidates`, repositories, where there are several.
 */
export async function findSkill(catalogue: Catalogue, name: string): Promise<SkillEntry> {
  const found = await findCandidates(catalogue, name);
  const [entry, ...others] = found;
  if (!entry) throw notFound(`no skill "${name}" is in this index`, '"skills search" finds it by other words');
  if (others.length === 0) return entry;
  const candidates = found.map(({ repository }) => repository);
  throw new SkillsError('ERR_CONFLICT', `"${name}" stands for ${found.length} skills`, {
    hint: `name one by its repository: ${candidates.join(', ')}`,
    data: { candidates },
  });
}

/** A version of a skill; `latest` is the newest. @throws SkillsError ERR_NOT_FOUND */
export async function findVersion(catalogue: Catalogue, entry: SkillEntry, version: string): Promise<VersionEntry> {
  const wanted = version === 'latest' ? entry.version : version;
  const found = await catalogue.getVersion(entry.repository, wanted);
  if (found) return found;
  const known = entry.versions.slice(0, 10).map((line) => line.version);
  throw notFound(`${entry.repository} has no version ${version} in this index`, `it has ${known.join(', ')}`);
}

async function findCandidates(catalogue: Catalogue, name: string): Promise<SkillEntry[]> {
  const scoped = /^@([^/]+)\/([^/]+)$/.exec(name);
  if (scoped) {
    const [, scope = '', bare = ''] = scoped;
    return (await catalogue.findByName(bare)).filter((entry) => isInScope(entry, scope));
  }
  if (!name.includes('/')) return catalogue.findByName(name);
  const entry = await catalogue.get(name);
  return entry ? [entry] : [];
}

/** A scope is what the manifest states, or a part of the repository's path: `acme` in `ghcr.io/acme/skills/pdf`. */
function isInScope({ scope, repository }: SkillEntry, wanted: string): boolean {
  return scope === undefined ? repository.split('/').slice(1, -1).includes(wanted) : scope === wanted;
}

function notFound(message: string, hint: string): SkillsError {
  return new SkillsError('ERR_NOT_FOUND', message, { hint });
}
