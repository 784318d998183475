import { z } from 'zod';
import { bytes, digest, names } from './parts.ts';

export const resolveReport = z.strictObject({
  reference: z.string().meta({ description: 'By digest' }),
  digest,
  mediaType: z.string(),
  size: bytes,
});

export const tagsReport = z.strictObject({
  reference: z.string(),
  tags: z.array(
    z.strictObject({
      tag: z.string(),
      kind: z.enum(['version', 'moving', 'other', 'digest']).meta({ description: 'By its name alone' }),
      digest: digest.exactOptional().meta({ description: 'What it stands for, where that was asked' }),
      version: z.string().exactOptional().meta({ description: 'The version that stands for the same' }),
    }),
  ),
  hidden: z.number().meta({ description: 'Tags that were left out because programs wrote them' }),
});

export const tagReport = z.strictObject({
  reference: z.string().meta({ description: 'What was tagged, by digest' }),
  digest,
  tags: z.array(
    z.strictObject({
      tag: z.string(),
      change: z.enum(['added', 'moved', 'unchanged']),
      previous: digest.exactOptional().meta({ description: 'What it stood for before' }),
    }),
  ),
});

export const attachReport = z.strictObject({
  reference: z.string().meta({ description: 'What was attached, by digest' }),
  digest,
  mediaType: z.string(),
  size: bytes,
  artifactType: z.string(),
  subject: z.string().meta({ description: 'What it was attached to, by digest' }),
  files: z.array(z.strictObject({ title: z.string(), mediaType: z.string(), digest, size: bytes })),
});

/** A tree: each of `referrers` has the same shape. */
export const artifactNode = z
  .strictObject({
    reference: z.string(),
    digest,
    mediaType: z.string(),
    size: bytes,
    artifactType: z.string(),
    role: z.enum(['signature', 'attestation', 'sbom', 'scan', 'skill', 'other']),
    title: z.string().meta({ description: 'What it is, in words' }),
    predicateType: z.string().exactOptional().meta({ description: 'What a sigstore bundle states' }),
    tag: z.string().exactOptional().meta({ description: 'The tag that it was found by, where it has no subject' }),
    annotations: z.record(z.string(), z.string()),
    get referrers(): z.ZodArray {
      return z.array(artifactNode);
    },
    cut: z.enum(['depth', 'repeated']).exactOptional().meta({ description: 'Why nothing below it was looked for' }),
  })
  .meta({ id: 'artifact' });

export const deleteReport = z.strictObject({
  reference: z.string(),
  digest,
  manifest: z.boolean().meta({ description: 'Whether the manifest goes, or a tag alone' }),
  tags: names,
  referrers: z.array(digest),
  remaining: z.array(digest).meta({ description: 'What refers to the manifest and stays' }),
  dryRun: z.boolean(),
  reclaimedBy: z.enum(['registry', 'nobody']),
});

const convertedForm = z.strictObject({ reference: z.string(), dialect: z.string(), digest });

export const convertReport = z.strictObject({
  name: z.string(),
  version: z.string(),
  contentDigest: digest.meta({ description: 'The same before and after' }),
  from: convertedForm.meta({ description: 'What was read; by digest' }),
  to: convertedForm.meta({ description: 'What was written' }),
  size: bytes,
  existed: z.boolean().meta({ description: 'Whether it was there already' }),
});

export const registryReport = z.strictObject({
  registry: z.string(),
  wrote: z.boolean(),
  product: z.strictObject({ name: z.string(), version: z.string().exactOptional() }).exactOptional(),
  sample: z.string().exactOptional().meta({ description: 'What was looked at, repository:tag' }),
  findings: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      answer: z.enum(['yes', 'no', 'unknown']).meta({ description: 'unknown where it could not be tried' }),
      detail: z.string(),
      hint: z.string().exactOptional(),
    }),
  ),
  left: names.meta({ description: 'What was written and could not be removed' }),
});

const part = z.strictObject({
  mediaType: z.string(),
  digest,
  size: bytes,
  artifactType: z.string().exactOptional(),
  name: z.string().exactOptional(),
  platform: z.string().exactOptional(),
});

/** What inspect says of an artifact that is no skill. */
export const artifactReport = z.strictObject({
  kind: z.literal('other'),
  reference: z.string(),
  digest,
  mediaType: z.string(),
  size: bytes,
  artifactType: z.string(),
  role: artifactNode.shape.role,
  title: z.string().meta({ description: 'What it is, in words' }),
  subject: digest.exactOptional(),
  config: part.exactOptional(),
  layers: z.array(part),
  manifests: z.array(part).meta({ description: 'What an index lists' }),
  annotations: z.record(z.string(), z.string()),
});
