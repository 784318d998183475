/**
 * Writes `oclif.manifest.json` from the built commands: what oclif reads at the start instead of loading them all.
 *
 *     node tools/manifest.ts
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Plugin } from '@oclif/core';

const root = resolve(import.meta.dirname, '..');

/** The manifest that the commands in `dist/` give. */
export async function describeCommands(): Promise<string> {
  const plugin = new Plugin({ root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true });
  await plugin.load();
  const { commands, ...rest } = plugin.manifest;
  const sorted = Object.fromEntries(Object.entries(commands).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ commands: sorted, ...rest }, null, 2)}\n`;
}

if (import.meta.main) writeFileSync(join(root, 'oclif.manifest.json'), await describeCommands());
