import { mediaTypes } from '../../../src/core/index.ts';
import { blob, index, manifest } from '../layout/content.ts';
import type { Row } from './ask.ts';

export const ten = blob('0123456789');
export const large = blob(Buffer.alloc(600_000, 'large content '));
export const wide = blob('sha512 content', 'sha512');
export const image = manifest([ten]);
export const list = index([image]);
export const signature = manifest([], { subject: image.descriptor, artifactType: 'application/vnd.sig' });
export const report = manifest([], { subject: image.descriptor, artifactType: 'application/vnd.report' });
export const missing = blob('missing').descriptor.digest;
export const type = { 'content-type': mediaTypes.imageManifest };
export const uuid = '00000000-0000-4000-8000-000000000000';
export const tags = Array.from({ length: 12 }, (_, at) => `t${String(at).padStart(2, '0')}`);

export const blobPath = (digest: string) => `/v2/a/b/blobs/${digest}`;
export const manifestPath = (reference: string) => `/v2/a/b/manifests/${reference}`;
export const ranged = (range: string, status: number, more: Partial<Row> = {}): Row => ({
  description: `range ${range}`,
  path: blobPath(ten.descriptor.digest),
  headers: { range },
  status,
  ...more,
});
export const badPut = (description: string, body: string | Uint8Array, code: string, more: Partial<Row> = {}): Row => ({
  description: `a manifest ${description}`,
  method: 'PUT',
  path: manifestPath('bad'),
  headers: type,
  body,
  status: 400,
  code,
  ...more,
});
export const changed = (more: Record<string, unknown>) => manifest([ten], more).bytes;
