import { accept } from './sample.ts';
import { no, type Probe, unknown, yes } from './types.ts';

const nothing = 'no artifact was found to look at';

/** By HEAD alone: without the digest there, each look at a tag costs a whole manifest. */
export const probeDigests: Probe = async ({ registry, sample, signal }) => {
  if (sample?.tag === undefined || sample.status !== 200) return unknown(nothing);
  const { repository, tag } = sample;
  const path = `/v2/${repository}/manifests/${tag}`;
  const { status, headers } = await registry.ask({ method: 'HEAD', path, repository, headers: { accept }, signal });
  if (status !== 200) return no(`HEAD of a manifest answers ${status}`, 'tags are resolved by reading manifests');
  return headers['docker-content-digest']
    ? yes('HEAD of a manifest tells its digest')
    : no('HEAD of a manifest does not tell its digest', 'tags are resolved by reading manifests');
};

export const probeRanges: Probe = async ({ registry, sample, signal }) => {
  if (!sample?.blob) return unknown(nothing);
  const { repository, blob } = sample;
  const path = `/v2/${repository}/blobs/${blob.digest}`;
  const headers = { range: 'bytes=1-1' };
  const answer = await registry.ask({ method: 'GET', path, repository, headers, signal });
  if (answer.status === 206) return yes('parts of blobs are given');
  return answer.status === 200
    ? no('blobs are given whole only', 'a download that broke off begins anew')
    : unknown(`answers ${answer.status}`);
};

/** Harbor with content trust answers 412 to all who look at what is not signed, but for clients that sign. */
export const probeTrust: Probe = async ({ sample }) => {
  if (sample?.tag === undefined) return unknown(nothing);
  const where = `${sample.repository}:${sample.tag}`;
  return sample.status === 412
    ? yes(
        `on: what is not signed is held back (412 for ${where})`,
        'push signatures along; nothing can be read until then',
      )
    : no(`off: ${where} is given out without asking for a signature`);
};
