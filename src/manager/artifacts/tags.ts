import {
  canListTags,
  type Digest,
  isSkillsError,
  mapConcurrently,
  SkillsError,
  type Target,
} from '../../core/index.ts';
import { NamedLayout } from '../../oci/index.ts';
import { newestMatching, versionOfTag, versionTags } from '../../resolve/index.ts';
import type { Context } from '../context.ts';
import { type Endpoint, openEndpoint, resolveEndpoint } from './endpoint.ts';
import type { TagKind } from './tag.types.ts';
import { kindOfTag, sortTags } from './tag-names.ts';

export interface TagsOptions {
  /** With the tags that programs write for what belongs to another manifest: `sha256-…`, `sha256-….sig`. */
  readonly all?: boolean | undefined;
}

/** One tag of a repository. */
export interface TagEntry {
  readonly tag: string;
  /** By its name: an exact version, `latest` and its like, written by a program for another manifest, or another. */
  readonly kind: TagKind;
  /** What it stands for now, where that was asked: of tags that move, and of all where a tag or digest was named. */
  readonly digest?: Digest;
  /** The version that a tag which is none stands for. */
  readonly version?: string;
}

export interface TagsReport {
  /** The repository or layout. */
  readonly reference: string;
  /** Versions from the newest, then tags that move, then others. */
  readonly tags: readonly TagEntry[];
  /** Tags that were left out because programs wrote them. */
  readonly hidden: number;
}

/** Tags that are asked for what they stand for, where nothing was named. */
const mostAsked = 32;
/** Versions that are asked, where such a tag stands for something else than the newest that it could. */
const mostVersionsAsked = 16;
const parallel = 8;
/** Repositories of a layout that a message names. */
const mostNamed = 8;

/** The tags of a repository; where a tag or digest is named, only those that stand for the same. */
export async function listTags(context: Context, reference: string, options: TagsOptions = {}): Promise<TagsReport> {
  const endpoint = await openEndpoint(context, reference);
  const all = sortTags(await readTags(endpoint, context));
  if (all.length === 0) explainEmpty(endpoint);
  const shown = options.all ? all : all.filter((tag) => kindOfTag(tag) !== 'digest');
  const answer = new Pointers(endpoint.target, context);
  const tags =
    endpoint.key === undefined
      ? await describeTags(shown, answer)
      : await sameAs((await resolveEndpoint(context, endpoint)).digest, shown, answer);
  return { reference: endpoint.describe(), tags, hidden: all.length - shown.length };
}

async function readTags(endpoint: Endpoint, { signal }: Context): Promise<readonly string[]> {
  const { target } = endpoint;
  if (!canListTags(target)) {
    throw new SkillsError('ERR_USAGE', `${endpoint.describe()} cannot list its tags`);
  }
  try {
    return await Array.fromAsync(target.tags({ signal }));
  } catch (error) {
    if (!isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) throw error;
    throw new SkillsError('ERR_NOT_FOUND', `there is no repository ${endpoint.describe()}`, {
      cause: error,
      hint: error.hint,
    });
  }
}

/** A layout without tags may be a misspelled one, or one whose repositories have the tags. */
function explainEmpty({ layout, target, describe }: Endpoint): void {
  if (layout === undefined) return;
  if (!layout.present) {
    throw new SkillsError('ERR_NOT_FOUND', `there is no image layout at ${describe()}`, { hint: 'check the path' });
  }
  const names = new NamedLayout(layout).repositoryNames();
  if (names.length === 0) return;
  const [first = ''] = names;
  const more = names.length > mostNamed ? `, and ${names.length - mostNamed} more` : '';
  const held = `it holds ${names.slice(0, mostNamed).join(', ')}${more}`;
  throw target === layout
    ? new SkillsError('ERR_USAGE', `${describe()} has no tags of its own: ${held}`, {
        hint: `name one of them: skills tags ${describe()}:${first}`,
      })
    : new SkillsError('ERR_NOT_FOUND', `there is no repository ${describe()}`, { hint: `check the spelling; ${held}` });
}

/** Asks, of tags that are no versions, what they stand for, and then of the versions that it may be. */
async function describeTags(tags: readonly string[], pointers: Pointers): Promise<readonly TagEntry[]> {
  const versions = versionTags(tags);
  const asked = new Set(tags.filter((tag) => ['moving', 'other'].includes(kindOfTag(tag))).slice(0, mostAsked));
  const entries = await mapConcurrently(tags, parallel, async (tag): Promise<TagEntry> => {
    const kind = kindOfTag(tag);
    const digest = asked.has(tag) ? await pointers.digestOf(tag) : undefined;
    if (digest === undefined) return { tag, kind };
    const likely = newestMatching(kind === 'moving' ? tag : '', [...versions.keys()]);
    const holds = likely !== undefined && (await pointers.digestOf(versions.get(likely) ?? likely)) === digest;
    return { tag, kind, digest, ...(holds ? { version: likely } : {}) };
  });
  if (!entries.some(isUnnamed)) return entries;
  const newest = [...versions].slice(0, mostVersionsAsked);
  const digests = await mapConcurrently(newest, parallel, ([, tag]) => pointers.digestOf(tag));
  return entries.map((entry) => {
    const [version] = newest[isUnnamed(entry) ? digests.indexOf(entry.digest) : -1] ?? [];
    return version === undefined ? entry : { ...entry, version };
  });
}

function isUnnamed({ digest, version }: TagEntry): boolean {
  return digest !== undefined && version === undefined;
}

/** Tags that stand for one manifest. */
async function sameAs(digest: Digest, tags: readonly string[], pointers: Pointers): Promise<readonly TagEntry[]> {
  const digests = await mapConcurrently(tags, parallel, (tag) => pointers.digestOf(tag));
  const same = tags.filter((_, at) => digests[at] === digest);
  const version = same.map(versionOfTag).find((found) => found !== undefined);
  return same.map((tag) => {
    const kind = kindOfTag(tag);
    return { tag, kind, digest, ...(kind === 'version' || version === undefined ? {} : { version }) };
  });
}

/** What tags stand for; each is asked once. */
class Pointers {
  readonly #target: Target;
  readonly #context: Context;
  readonly #known = new Map<string, Promise<Digest | undefined>>();

  constructor(target: Target, context: Context) {
    this.#target = target;
    this.#context = context;
  }

  digestOf(tag: string): Promise<Digest | undefined> {
    const known = this.#known.get(tag) ?? this.#ask(tag);
    this.#known.set(tag, known);
    return known;
  }

  /** Undefined for a tag that is gone by now, or whose content the registry's policy holds back. */
  async #ask(tag: string): Promise<Digest | undefined> {
    try {
      return (await this.#target.resolve(tag, { signal: this.#context.signal })).digest;
    } catch (error) {
      if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN', 'ERR_UNTRUSTED')) return undefined;
      throw error;
    }
  }
}
