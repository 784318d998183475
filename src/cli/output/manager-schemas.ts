import { z } from 'zod';
import { skillDetail } from '../../api/index.ts';
import { errorTable } from '../../core/index.ts';
import { bytes, digest, names } from './parts.ts';

// The manager's reports as they are printed. Every property that is printed is named: a test reads real output strictly.

const problem = z.strictObject({
  grade: z.enum(['error', 'warning']),
  file: z.string(),
  line: z.number().exactOptional(),
  column: z.number().exactOptional(),
  rule: z.string(),
  message: z.string(),
  mend: z.string().exactOptional(),
  fix: z.unknown().exactOptional(),
});

const file = z.strictObject({
  path: z.string(),
  digest: digest.exactOptional(),
  size: bytes,
  executable: z.boolean(),
});

const nameAndVersion = z.strictObject({ name: z.string(), version: z.string() });

const installed = z.strictObject({
  name: z.string(),
  version: z.string(),
  previous: z.string().exactOptional(),
  source: z.string(),
  digest,
  contentDigest: digest,
  requiredBy: names,
  path: z.string(),
  files: z.number(),
  size: bytes,
});

export const installReport = z.strictObject({
  typed: names.meta({ description: 'What was asked for by name' }),
  added: z.array(installed),
  updated: z.array(installed),
  removed: z.array(nameAndVersion),
  unchanged: z.array(installed),
  warnings: names,
  notices: names,
  agents: z.strictObject({ sees: names, restart: names }),
  undo: z.string(),
  target: z.string(),
  took: z.number().meta({ description: 'Milliseconds' }),
});

export const installedSkill = z.strictObject({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  source: z.string(),
  digest,
  contentDigest: digest,
  path: z.string(),
  requiredBy: names,
  direct: z.boolean(),
  range: z.string().exactOptional(),
  scope: z.enum(['project', 'global', 'store']),
  state: z.enum(['same', 'missing', 'outdated', 'changed', 'foreign']),
});

export const uninstallReport = z.strictObject({
  removed: z.array(nameAndVersion),
  kept: z.array(z.strictObject({ name: z.string(), requiredBy: names })),
  undo: z.string(),
});

export const validateReport = z.strictObject({
  skills: z.array(
    z.strictObject({
      dir: z.string(),
      name: z.string().exactOptional(),
      version: z.string().exactOptional(),
      problems: z.array(problem),
      fixed: names,
    }),
  ),
  errors: z.number(),
  warnings: z.number(),
  ok: z.boolean(),
});

export const packReport = z.strictObject({
  name: z.string(),
  version: z.string(),
  versionFrom: z.string(),
  file: z.string().exactOptional(),
  digest,
  contentDigest: digest,
  size: bytes,
  files: z.array(file),
  problems: z.array(problem),
});

export const dialect = z.enum(['agentskills', 'image']);

export const pushReport = z.strictObject({
  name: z.string(),
  reference: z.string(),
  digest,
  contentDigest: digest,
  version: z.string(),
  versionFrom: z.string(),
  tags: names,
  artifacts: z.array(
    z.strictObject({ dialect, reference: z.string(), digest, tags: names, size: bytes, existed: z.boolean() }),
  ),
  warnings: names,
  problems: z.array(problem),
  existed: z.boolean(),
  size: bytes,
});

export const publishReport = pushReport.extend({ dryRun: z.boolean(), indexed: z.boolean().exactOptional() });

export const pullReport = z.strictObject({
  name: z.string(),
  version: z.string(),
  reference: z.string(),
  digest,
  contentDigest: digest,
  path: z.string(),
});

export const inspectReport = z.strictObject({
  kind: z.enum(['artifact', 'folder', 'package']),
  reference: z.string(),
  digest: digest.exactOptional(),
  dialect: z.string().exactOptional(),
  skills: names.exactOptional(),
  platform: z.string().exactOptional(),
  name: z.string(),
  version: z.string().exactOptional(),
  manifest: z.looseObject({ name: z.string(), description: z.string() }),
  files: z.array(file),
  size: bytes,
  contentDigest: digest.exactOptional(),
  annotations: z.record(z.string(), z.string()),
  problems: z.array(problem),
});

export const initReport = z.strictObject({ name: z.string(), dir: z.string(), files: names });

export const doctorReport = z.strictObject({
  checks: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      status: z.enum(['ok', 'info', 'warning', 'error']),
      detail: z.string(),
      hint: z.string().exactOptional(),
    }),
  ),
  ok: z.boolean(),
});

export const namedRegistry = z.strictObject({
  name: z.string(),
  url: z.string(),
  default: z.boolean(),
  from: z.enum(['project', 'machine', 'environment', 'flag']),
  index: z.string().exactOptional(),
  scopes: names,
});

export { searchResults as searchReport } from '../../api/index.ts';

export const infoReport = z.strictObject({
  name: z.string(),
  installed: installedSkill.exactOptional(),
  published: skillDetail.exactOptional(),
  artifact: inspectReport.exactOptional(),
});

export const showReport = z.strictObject({
  name: z.string(),
  version: z.string(),
  root: z.string(),
  files: names,
  file: z.string(),
  text: z.string(),
});

export const errorDocument = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(errorTable) as [string, ...string[]]),
    message: z.string(),
    exitCode: z.number().int(),
    hint: z.string().exactOptional(),
    why: names.exactOptional(),
    data: z.record(z.string(), z.unknown()).exactOptional(),
  }),
});
