import { isDigest, isSkillsError, SkillsError } from '../../core/index.ts';
import { type Collection, readCollection } from '../../pack/index.ts';
import { tagOf } from '../../resolve/index.ts';
import type { Endpoint } from '../artifacts/endpoint.ts';
import { publishedVersions } from '../authors/published.ts';
import type { Context } from '../context.ts';
import { newestOf } from './next-version.ts';

/** The collection that is named, or the newest of its repository. */
export async function readExisting(context: Context, { target, key, describe }: Endpoint): Promise<Collection> {
  const newest = key ?? newestOf(await publishedVersions(target, 'agentskills'));
  if (newest === undefined) {
    throw new SkillsError('ERR_NOT_FOUND', `${describe()} has no version of a collection`, {
      hint: 'make one: skills collection push',
    });
  }
  const tag = isDigest(newest) || key !== undefined ? newest : tagOf(newest);
  try {
    return await readCollection(target, tag, { signal: context.signal });
  } catch (error) {
    if (!isSkillsError(error, 'ERR_ARTIFACT_INVALID') || error.data?.reason !== 'no-collection') throw error;
    throw new SkillsError(error.code, `${describe(tag)} is no collection`, {
      hint: `"skills inspect ${describe(tag)}" shows what it is`,
      data: error.data,
    });
  }
}
