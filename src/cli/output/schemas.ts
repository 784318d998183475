import { z } from 'zod';
import * as artifacts from './artifact-schemas.ts';
import * as collections from './collection-schemas.ts';
import * as copying from './copying-schemas.ts';
import * as login from './login-schemas.ts';
import * as manager from './manager-schemas.ts';

// What `--json` prints, by command. Published as schemas/output/<name>.json, which tools/output-schemas.ts writes.
// Nothing of this is loaded by a command: `skills schema` reads the published files.

const settings = z.strictObject({ settings: z.record(z.string(), z.string()) });

const setting = z.strictObject({ key: z.string(), value: z.string().nullable() });

const registries = z.strictObject({ registries: z.array(manager.namedRegistry) });

const listening = (what: string) =>
  z
    .strictObject({
      event: z.literal('listening'),
      url: z.string(),
      token: z.string().exactOptional().meta({ description: 'Needed for changes; made at the start' }),
    })
    .meta({ description: `The first line that ${what} prints; more events may follow, one document a line (NDJSON)` });

/** Schema of every `--json` document; the key is the command's id, `error` is for a failure of any. */
export const outputSchemas = {
  attach: artifacts.attachReport,
  'bundle:load': copying.loadBundleReport,
  'bundle:save': copying.saveBundleReport,
  'cache:clear': z.strictObject({ freed: z.number().meta({ description: 'Bytes' }) }),
  'cache:size': z.strictObject({ bytes: z.number() }),
  'collection:add': collections.collectionPushReport,
  'collection:list': collections.collectionReport,
  'collection:push': collections.collectionPushReport,
  'collection:remove': collections.collectionPushReport,
  completion: z.strictObject({ shell: z.enum(['bash', 'zsh', 'fish']), script: z.string() }),
  'config:get': setting,
  'config:list': settings,
  'config:set': setting,
  'config:unset': z.strictObject({ key: z.string() }),
  convert: artifacts.convertReport,
  copy: copying.copyReport,
  delete: artifacts.deleteReport,
  discover: artifacts.artifactNode,
  doctor: z.union([manager.doctorReport, artifacts.registryReport]),
  error: manager.errorDocument,
  'index:serve': listening('skills index serve --json'),
  'index:tags': z.strictObject({ tags: z.array(z.strictObject({ tag: z.string(), count: z.number() })) }),
  info: manager.infoReport,
  init: manager.initReport,
  inspect: z.union([manager.inspectReport, artifacts.artifactReport]),
  install: manager.installReport,
  list: z.strictObject({ skills: z.array(manager.installedSkill) }),
  login: login.loginReport,
  logout: login.logoutReport,
  mirror: copying.mirrorReport,
  pack: manager.packReport,
  publish: manager.publishReport,
  pull: manager.pullReport,
  push: manager.pushReport,
  'registry:add': registries,
  'registry:default': registries,
  'registry:list': registries,
  'registry:remove': registries,
  'registry:serve': listening('skills registry serve --json'),
  resolve: artifacts.resolveReport,
  schema: z.union([
    z.strictObject({ commands: z.array(z.string()) }),
    z.looseObject({ $schema: z.string(), title: z.string() }),
  ]),
  search: manager.searchReport,
  show: manager.showReport,
  tag: artifacts.tagReport,
  tags: artifacts.tagsReport,
  uninstall: manager.uninstallReport,
  update: manager.installReport,
  validate: manager.validateReport,
} as const satisfies Record<string, z.ZodType>;

export type OutputName = keyof typeof outputSchemas;

/** The published JSON Schema (draft 2020-12) of one command's document. */
export function jsonSchemaOf(name: OutputName): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(outputSchemas[name], { target: 'draft-2020-12' });
  const words = name.replaceAll(':', ' ');
  return { $schema, title: name === 'error' ? 'A failure of any command' : `skills ${words} --json`, ...rest };
}

/** Where a schema is published: `registry:list` is `registry-list.json`. */
export function schemaFile(name: string): string {
  return `${name.replaceAll(':', '-')}.json`;
}
