import { z } from 'zod';

const digest = z.string().regex(/^sha(?:256:[a-f0-9]{64}|512:[a-f0-9]{128})$/);
const time = z.iso.datetime();

export const skillSummary = z
  .object({
    name: z.string(),
    version: z.string().describe('Semantic version: the newest release; a prerelease only where there is nothing else'),
    description: z.string(),
    author: z.string().nullable(),
    tags: z.array(z.string()),
    downloads: z.int().min(0).nullable().describe('null: nothing is counted'),
    rating: z.number().min(0).max(5).nullable().describe('null: nobody has rated'),
    createdAt: time.describe('When this index first saw it'),
    updatedAt: time.describe('When this index last saw it change'),
    versions: z.array(z.string()).describe('Newest first'),
    downloadUrl: z.string().describe('Serves the layer of the artifact, a gzipped tar (.spm)'),
    checksum: digest.describe('Digest of what downloadUrl serves'),
    homepage: z.string().nullable(),
    dependencies: z.record(z.string(), z.string()).describe('Name to version range: skills and hosts'),
    reference: z.string().describe('Where it is: registry/repository:tag'),
    digest: digest.describe('Digest of the OCI manifest: reference@digest is exactly this content'),
    repository: z.string().describe('Registry and repository: what identifies a skill in the index'),
    scope: z.string().nullable(),
    license: z.string().nullable(),
    abilities: z.array(z.string()).describe('Words for what it can do'),
    size: z.int().min(0).describe('Bytes of what downloadUrl serves'),
  })
  .meta({ id: 'SkillSummary', description: 'A skill in a list' });

export const skillRelease = z
  .object({
    version: z.string(),
    reference: z.string(),
    digest,
    checksum: digest,
    downloadUrl: z.string(),
    size: z.int().min(0),
    createdAt: time,
  })
  .meta({ id: 'SkillRelease', description: 'One version of a skill' });

export const skillDetail = skillSummary
  .extend({
    contentDigest: digest.nullable().describe('Over the files, whatever they are packed in'),
    manifest: z.record(z.string(), z.unknown()).describe('The manifest as the artifact embeds it'),
    releases: z.array(skillRelease).describe('Newest first'),
  })
  .meta({ id: 'SkillDetail', description: 'All that is known of a skill, or of one of its versions' });

export const searchResult = skillSummary
  .extend({ score: z.number().describe('Higher is better; comparable within one answer only') })
  .meta({ id: 'SearchResult', description: 'A skill that was found' });
