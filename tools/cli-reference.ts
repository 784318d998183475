/**
 * Writes `docs/CLI_REFERENCE.md` from `oclif.manifest.json`.
 *
 *     node tools/cli-reference.ts
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { everyday, others } from '../src/cli/help.ts';
import { describeCommand, type ManifestCommand } from './cli-reference/command.ts';

const root = resolve(import.meta.dirname, '..');

const intro = `# Command line reference

Generated from the commands by \`node tools/cli-reference.ts\`; a test holds it equal to them.

\`skills\` and \`oci-skills\` are the same program. Words of a topic are written with a space: \`skills registry list\`.

Exit codes: 0 done · 1 other failure · 2 usage · 3 not found · 4 no version satisfies or conflict · 5 network or registry ·
6 not authorised · 7 verification failed · 8 invalid skill or file · 9 capability denied · 10 drift or updates found ·
130 and 143 interrupted. What each error means is in [ERRORS.md](ERRORS.md).

Every command takes \`--json\`: one document on standard output, an error too. Its schema is printed by
\`skills schema <command>\` and lies in \`schemas/output/\`. Servers print one document a line (NDJSON).
\`--quiet\` leaves out all but the result, \`--verbose\` logs to standard error; \`NO_COLOR\`, \`FORCE_COLOR\` and \`CI\` are respected.
Nothing asks a question without a terminal: the error names the flag that answers it.
`;

export function describeCommandLine(): string {
  const manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
    commands: Record<string, ManifestCommand>;
  };
  const section = (title: string, names: readonly string[]) =>
    [`## ${title}`, ...names.map((name) => describeCommand(name, find(manifest.commands, name)))].join('\n\n');
  const parts = [
    section('Everyday', everyday),
    ...Object.entries(others).map(([title, names]) => section(title, names)),
  ];
  return `${[intro, ...parts]
    .join('\n\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

function find(commands: Record<string, ManifestCommand>, name: string): ManifestCommand {
  const command = commands[name.replaceAll(' ', ':')];
  if (!command) throw new Error(`src/cli/help.ts names a command that does not exist: ${name}`);
  return command;
}

if (import.meta.main) {
  mkdirSync(join(root, 'docs'), { recursive: true });
  writeFileSync(join(root, 'docs', 'CLI_REFERENCE.md'), describeCommandLine());
}
