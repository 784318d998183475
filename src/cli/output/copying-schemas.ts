import { z } from 'zod';
import { errorTable } from '../../core/index.ts';
import { bytes, digest, names } from './parts.ts';

const counts = z.strictObject({
  manifests: z.number().meta({ description: 'That were sent: artifacts, and what refers to them' }),
  blobs: z.number().meta({ description: 'That were sent' }),
  bytes: bytes.meta({ description: 'Of what was sent' }),
  held: z.number().meta({ description: 'Manifests and blobs that were there already' }),
  mounted: z.number().meta({ description: 'Blobs that the registry took over from another of its repositories' }),
});

export const copyReport = z.strictObject({
  from: z.string(),
  to: z.string(),
  digest: digest.exactOptional().meta({ description: 'Absent with --all-tags' }),
  tags: names.meta({ description: 'That stand for it in the destination now' }),
  counts,
});

const repositories = z.array(
  z.strictObject({
    from: z.string(),
    to: z.string(),
    copied: names.meta({ description: 'Tags that were added or moved; in a dry run that would be' }),
    unchanged: names.meta({ description: 'Tags that stood for the same there already' }),
    failed: z.array(
      z.strictObject({
        tag: z.string().exactOptional().meta({ description: 'Absent where the whole repository failed' }),
        code: z.enum(Object.keys(errorTable) as (keyof typeof errorTable)[]),
        message: z.string(),
      }),
    ),
    counts,
  }),
);

export const mirrorReport = z.strictObject({
  from: z.string(),
  to: z.string(),
  dryRun: z.boolean(),
  repositories,
  counts,
});

export const loadBundleReport = z.strictObject({
  file: z.string(),
  to: z.string().meta({ description: "A registry prefix, or the store's folder" }),
  dryRun: z.boolean(),
  repositories,
  counts,
});

export const saveBundleReport = z.strictObject({
  file: z.string(),
  size: bytes.meta({ description: 'Of the file' }),
  skills: z.array(
    z.strictObject({
      name: z.string(),
      version: z.string(),
      reference: z.string().meta({ description: 'Where it came from, and what it is called in the bundle' }),
      digest,
    }),
  ),
  counts,
});
