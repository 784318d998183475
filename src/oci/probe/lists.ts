import { mediaTypes } from '../../core/index.ts';
import { indexEntries, parseRecord, stringsOf } from './sample.ts';
import { no, type Probe, unknown, yes } from './types.ts';

export const probeTags: Probe = async ({ registry, sample, signal }) => {
  if (!sample) return unknown('no repository was found to list the tags of', 'name one: --registry host/repository');
  const { repository, tags } = sample;
  if (tags.length < 2) return unknown(`${repository} has too few tags to be listed in pages`);
  const path = `/v2/${repository}/tags/list?n=1`;
  const { status, headers, text } = await registry.ask({ method: 'GET', path, repository, signal });
  if (status !== 200) return no(`answers ${status}`);
  if (headers.link !== undefined) return yes('in pages, with a Link to the next');
  return stringsOf(parseRecord(text).tags).length === 1
    ? no('in pages without a Link to the next', 'of long lists only the first page is seen')
    : yes('all at once, whatever page size is asked for');
};

export const probeCatalogue: Probe = async ({ registry, signal }) => {
  const { status, text } = await registry.ask({ method: 'GET', path: '/v2/_catalog?n=100', signal });
  if (status !== 200) {
    return no(`answers ${status}`, 'an index of this registry must be told of skills; it cannot look for them');
  }
  const { length } = stringsOf(parseRecord(text).repositories);
  if (length === 0) return unknown('is there, and shows us no repository');
  return yes(length === 1 ? 'shows 1 repository' : `shows ${length === 100 ? '100 or more' : length} repositories`);
};

/** distribution-spec, "Listing Referrers": 200 with an image index, also where nothing refers to the digest. */
export const probeReferrers: Probe = async ({ registry, sample, repository, signal }) => {
  const name = sample?.repository ?? repository;
  const path = `/v2/${name}/referrers/sha256:${'0'.repeat(64)}`;
  const headers = { accept: mediaTypes.imageIndex };
  const plain = await registry.ask({ method: 'GET', path, repository: name, headers, signal });
  const type = plain.headers['content-type'] ?? '';
  if (plain.status === 200 && type.startsWith(mediaTypes.imageIndex)) {
    const filtered = await registry.ask({
      method: 'GET',
      path: `${path}?artifactType=application%2Fvnd.example`,
      repository: name,
      headers,
      signal,
    });
    const filters = /artifactType/i.test(String(filtered.headers['oci-filters-applied'] ?? ''));
    return yes(filters ? 'there, and filters by artifact type' : 'there, without a filter by artifact type');
  }
  const hint = 'what refers to an artifact is listed under a tag made of its digest, sha256-<hex>, and found there';
  if (plain.status === 401 || plain.status === 403) return unknown(`answers ${plain.status}: not allowed to look`);
  if (!sample) return unknown(`answers ${plain.status}, perhaps because ${name} is not there`, 'try with --write');
  return no(`answers ${plain.status}${plain.status === 200 ? ` with ${type || 'no type'}` : ''}`, hint);
};

/** Which forms of signatures are there to be seen, in the repository that is looked at. */
export const probeSignatures: Probe = async ({ registry, sample, signal }) => {
  if (!sample) return unknown('no repository was found to look at');
  const { repository, tags, manifest } = sample;
  const seen = new Set<string>();
  if (tags.some((tag) => /^sha256-[0-9a-f]{64}\.sig$/.test(tag))) seen.add('cosign under tags (.sig)');
  if (tags.some((tag) => /^sha256-[0-9a-f]{64}\.att$/.test(tag))) seen.add('cosign attestations under tags (.att)');
  if (tags.some((tag) => /^sha256-[0-9a-f]{64}$/.test(tag))) seen.add('referrers listed under tags');
  if (manifest) {
    const path = `/v2/${repository}/referrers/${manifest.digest}`;
    const { status, text } = await registry.ask({ method: 'GET', path, repository, signal });
    for (const { artifactType = '' } of status === 200 ? indexEntries(text) : []) {
      if (artifactType.includes('sigstore.bundle')) seen.add('sigstore bundles');
      if (artifactType.includes('notary.signature')) seen.add('notation');
    }
  }
  const where = `${repository}${sample.tag === undefined ? '' : `:${sample.tag}`}`;
  return seen.size > 0 ? yes(`${[...seen].join(', ')} (seen at ${where})`) : unknown(`none at ${where}`);
};
