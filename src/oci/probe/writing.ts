import { isSkillsError, mediaTypes } from '../../core/index.ts';
import type { Reply } from '../registry/index.ts';
import { accept, indexEntries } from './sample.ts';
import { piece, type Scratch } from './scratch.ts';
import { no, type Seen, unknown, yes } from './types.ts';

/** A proxy in front that nobody configured lets 1 MiB pass. */
const largeUpload = 2 * 1024 * 1024;

/** A small artifact under a tag: what all the others build on. */
export async function probePush(scratch: Scratch): Promise<Seen> {
  await scratch.pushBlob(scratch.config);
  await scratch.pushBlob(scratch.layer);
  const { status } = await scratch.putManifest(scratch.manifest, scratch.tag);
  return status < 300 ? yes(`an artifact in ${scratch.name}`) : no(`the manifest was answered by ${status}`);
}

export async function probeLargeUpload(scratch: Scratch): Promise<Seen> {
  try {
    await scratch.pushBlob(piece('application/octet-stream', new Uint8Array(largeUpload)));
    return yes('2 MiB in one request');
  } catch (error) {
    if (!isSkillsError(error) || error.data?.status !== 413) throw error;
    return no(
      '2 MiB in one request is too much (413)',
      'a proxy before the registry limits requests, as nginx does by client_max_body_size',
    );
  }
}

/** distribution-spec, "Pushing a blob in chunks". */
export async function probeChunks(scratch: Scratch): Promise<Seen> {
  const blob = piece('text/plain', `in two chunks ${scratch.tag}`);
  const begun = await scratch.ask('POST', 'blobs/uploads/', new Uint8Array());
  if (begun.status !== 202) return no(`an upload is begun with ${begun.status}`);
  const least = Number(begun.headers['oci-chunk-min-length'] ?? 0);
  if (least > blob.bytes.length) return unknown(`chunks must have ${least} bytes at least: not tried`);
  const half = Math.floor(blob.bytes.length / 2);
  let at = begun;
  for (const [start, end] of [
    [0, half],
    [half, blob.bytes.length],
  ] as const) {
    at = await scratch.ask('PATCH', locationOf(at), blob.bytes.subarray(start, end), {
      'content-type': 'application/octet-stream',
      'content-range': `${start}-${end - 1}`,
    });
    if (at.status !== 202 && at.status !== 204) return no(`a chunk is answered by ${at.status}`, chunkHint);
  }
  const closing = new URL(locationOf(at), begun.url);
  closing.searchParams.set('digest', blob.descriptor.digest);
  const closed = await scratch.closeUpload(blob.descriptor, closing.href);
  if (closed.status !== 201) return no(`the end of an upload in chunks is answered by ${closed.status}`, chunkHint);
  return yes('in two requests');
}

const chunkHint = 'uploads go in one request each, which is the default';

function locationOf({ headers, url }: Reply): string {
  return new URL(headers.location ?? '', url).href;
}

export async function probeMount(scratch: Scratch): Promise<Seen> {
  const { sample, signal } = scratch.probing;
  const fromSample = sample?.blob !== undefined && sample.repository !== scratch.name;
  const [blob, from] = fromSample ? [sample.blob, sample.repository] : [scratch.layer.descriptor, scratch.name];
  const into = scratch.probing.registry.repository(fromSample ? scratch.name : `${scratch.name}/mounted`);
  const mounted = await into.mount(blob, from, { signal });
  if (!mounted) return no('blobs are sent again', 'copies between repositories take as long as uploads');
  scratch.repositories.add(into.name);
  if (fromSample) scratch.holds(blob);
  else await into.delete(blob, { signal }).catch(() => {});
  return yes(`from ${from}, without sending them again`);
}

/** Whether the registry keeps what refers to an artifact by itself, and what it then tells of it. */
export async function probeSubject(scratch: Scratch): Promise<Seen> {
  const subject = scratch.manifest.descriptor;
  const annotations = { 'com.example.probe': 'yes' };
  const referrer = scratch.manifestOf({ subject, annotations });
  const pushed = await scratch.putManifest(referrer);
  if (pushed.status >= 300) return no(`a manifest with a subject is answered by ${pushed.status}`);
  const says = pushed.headers['oci-subject'] !== undefined;
  const { status, text } = await scratch.ask('GET', `referrers/${subject.digest}`, undefined, {
    accept: mediaTypes.imageIndex,
  });
  const entry = indexEntries(text).find(({ digest }) => digest === referrer.descriptor.digest);
  if (status === 200 && entry) {
    const told = entry.annotations?.['com.example.probe'] ? 'with their annotations' : 'without their annotations';
    return yes(`referrers are listed ${told}${says ? '' : ', though OCI-Subject is not sent'}`);
  }
  return no(
    says ? 'OCI-Subject is sent, but the referrer is not listed' : `referrers are not listed (${status})`,
    'we list them under a tag made of the digest, sha256-<hex>',
  );
}

export async function probeMovingTags(scratch: Scratch): Promise<Seen> {
  const other = scratch.manifestOf({ annotations: { 'com.example.probe': 'second' } });
  const { status } = await scratch.putManifest(other, scratch.tag);
  if (status < 300) return yes('a tag can be moved to other content');
  return no(`moving a tag is answered by ${status}: tags are immutable`, 'latest and its like stay where they are');
}

/** Whether what was pushed can be read back at once, unsigned as it is. */
export async function probeReadBack(scratch: Scratch): Promise<Seen> {
  const path = `manifests/${scratch.tag}`;
  const { status } = await scratch.ask('HEAD', path, undefined, { accept });
  if (status === 200) return no('off: what is not signed can be read');
  if (status !== 412) return unknown(`what was pushed is answered by ${status}`);
  const asCosign = await scratch.ask('HEAD', path, undefined, { accept, 'user-agent': 'skills (like cosign)' });
  return yes(
    `on: what is not signed is held back (412)${asCosign.status === 200 ? ', but for clients that sign' : ''}`,
    'push signatures along; nothing can be read until then',
  );
}
