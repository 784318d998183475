import {
  type Cancellable,
  decodeText,
  fetchBytes,
  type ImageManifest,
  limits,
  type ReadOnlyTarget,
  readYaml,
  resolveSize,
  type SkillsError,
} from '../../core/index.ts';
import { isRecord, textOf, unreadable } from '../dialects/index.ts';
import { type CollectionMember, isCollectionError, mostMembers } from './collection.ts';

/**
 * A collection of skillctl (redhat-et/skillimage): no index but an artifact of one YAML file that names images, and sometimes
 * folders of git repositories.
 *
 * @returns the error that says so, as for an index
 * @throws SkillsError ERR_ARTIFACT_INVALID where the file is none
 */
export async function readSkillimageCollection(
  target: ReadOnlyTarget,
  { layers }: ImageManifest,
  reference: string,
  options: Cancellable,
): Promise<SkillsError> {
  const [layer] = layers;
  if (!layer) throw unreadable('the collection has no layer');
  const bytes = await fetchBytes(target, await resolveSize(target, layer, options), limits.textBytes, options);
  const file = 'the collection';
  const { value } = readYaml(decodeText(bytes, file), { file });
  if (!isRecord(value) || !Array.isArray(value.skills)) throw unreadable('the collection lists no skills');
  if (value.skills.length > mostMembers) throw unreadable(`the collection has more than ${mostMembers} skills`);
  const name = isRecord(value.metadata) ? textOf(value.metadata.name) : undefined;
  return isCollectionError(reference, name, value.skills.map(memberOf));
}

function memberOf(item: unknown): CollectionMember {
  const { name, image, source } = isRecord(item) ? item : {};
  const [called, placed] = [textOf(name), textOf(image) ?? textOf(source)];
  return { ...(called === undefined ? {} : { name: called }), ...(placed === undefined ? {} : { reference: placed }) };
}
