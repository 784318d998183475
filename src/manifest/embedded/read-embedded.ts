import { isSkillName } from '../../core/index.ts';
import { type Capabilities, noCapabilities } from '../capabilities.ts';
import { defaults } from '../complete.ts';
import type { ResourceLimits } from '../execution.types.ts';
import { isInside } from '../inside.ts';
import type * as types from '../manifest.types.ts';
import { anyOr, type Decoder, fields, flag, list, mapOf, number, oneOf, refuse, text } from './decoders.ts';
import { execution } from './execution-decoder.ts';
import { development, observability, performance, resilience } from './settings-decoders.ts';

const texts = list(text);

const skillName: Decoder<string> = (value, path) =>
  isSkillName(text(value, path)) ? String(value) : refuse(path, 'a skill name', value);

/** Whoever reads the manifest opens the file in the unpacked skill: another writer's word must not lead him out of it. */
const insidePath: Decoder<string> = (value, path) =>
  isInside(text(value, path)) ? String(value) : refuse(path, 'a path inside the skill', value);

const capabilities = fields<Capabilities>(
  {
    exec: fields<Capabilities['exec']>({ commands: anyOr(texts), blocked: texts }, [], noCapabilities.exec),
    fs: fields<Capabilities['fs']>({ read: texts, write: texts }, [], noCapabilities.fs),
    net: anyOr(texts),
    env: texts,
    secrets: flag,
    spawn: flag,
    wasm: texts,
  },
  [],
  noCapabilities,
);

const dependency = fields<types.SkillDependency>(
  { name: text, range: text, optional: flag, features: texts },
  ['name', 'range'],
  { optional: false, features: [] },
);

const platform = fields<types.Platform>({ os: texts, arch: texts, requiredTools: texts, optionalTools: texts }, [], {
  os: [],
  arch: [],
  requiredTools: [],
  optionalTools: [],
});

const manifest = fields<types.SkillManifest>(
  {
    name: skillName,
    id: text,
    title: text,
    version: text,
    description: text,
    summary: text,
    authors: texts,
    license: text,
    homepage: text,
    repository: text,
    documentation: text,
    compatibility: text,
    allowedTools: texts,
    tags: texts,
    abilities: texts,
    metadata: mapOf(text),
    contents: fields<types.SkillContents>({ knowledge: flag, recipes: flag, executable: flag }, [], defaults.contents),
    provides: mapOf(text),
    aliases: texts,
    scope: text,
    frameworks: list(
      fields<types.FrameworkSupport>({ name: text, compatibility: text, instructionsFile: insidePath }, ['name']),
    ),
    dependencies: list(dependency),
    includes: list(fields<types.SkillInclude>({ name: text, range: text }, ['name', 'range'])),
    hosts: mapOf(text),
    foreign: mapOf(mapOf(text)),
    suggestions: mapOf(text),
    capabilities,
    limits: fields<ResourceLimits>({ maxMemoryMb: number, maxCpuPercent: number, maxFileSizeMb: number }),
    execution,
    resilience,
    performance,
    development,
    observability,
    knowledge: fields<types.Knowledge>(
      { topics: texts, priority: number, maxContextTokens: number },
      ['priority', 'maxContextTokens'],
      { topics: [] },
    ),
    recipes: fields<types.RecipeFiles>(
      { files: list(insidePath), defaultConfirmation: oneOf('auto', 'prompt', 'always') },
      ['files', 'defaultConfirmation'],
    ),
    executable: fields<types.Executable>({ module: insidePath, exports: texts }, ['module'], { exports: [] }),
    features: mapOf(fields<types.Feature>({ description: text, default: flag }, [], { default: true })),
    platform,
    signing: fields<types.SigningIntent>({ algorithm: text, publicKeyId: text }, ['algorithm']),
    registry: text,
    checksum: text,
    checksumFile: insidePath,
    instructionsFile: insidePath,
    sources: texts,
  },
  ['name', 'description'],
  defaults,
);

/**
 * The manifest that an artifact's config carries under `package`, with every default filled in.
 *
 * Unknown keys are passed over. Needs no YAML, TOML or schema library: it stands in the way of every install.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID naming the field.
 */
export function readEmbeddedManifest(json: unknown): types.SkillManifest {
  return manifest(json, 'package');
}
