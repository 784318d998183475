/**
 * Writes `docs/LIBRARY.md` from the declarations and comments of what `src/index.ts` and `src/service/index.ts` export.
 *
 *     node tools/library.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ZodObject } from 'zod';
import * as schemas from '../src/api/schemas/index.ts';
import { errorTable } from '../src/core/index.ts';
import { chaptersOf } from './library/chapters.ts';
import { readFileComment } from './library/comment.ts';
import { type EntryPoint, readEntryPoints } from './library/exported.ts';
import { fenced, heading, parts, renderExported } from './library/render.ts';

const root = resolve(import.meta.dirname, '..');

const intro = `# Library reference

Generated from the code's own comments by \`node tools/library.ts\`; a test holds it equal to them.`;

const installing = `Install it with \`npm install @skills/cli\`. It is one ES module without dependencies, with its types, for Node
22.22.2, 24.15 or newer; \`require('@skills/cli')\` works too. Sizes are bytes, times milliseconds, digests \`sha256:\` and 64
hexadecimal digits, unless a line says otherwise. What the same things are called on the command line is in
[CLI_REFERENCE.md](CLI_REFERENCE.md).`;

const serviceIntro = `## @skills/cli/service

The search index as a library: what \`skills index serve\` runs. It is an entry point of its own, so that applications that
only use skills do not load a server.`;

/** The text of `docs/LIBRARY.md`, and the names of types that it speaks of and that nobody can import. */
export function describeLibrary(): { text: string; hidden: readonly string[] } {
  const [library, service] = readEntryPoints(root, ['src/index.ts', 'src/service/index.ts'], describeField);
  if (!library || !service) throw new Error('an entry point is missing');
  const { text, examples } = readFileComment(library.source);
  const sections = [
    intro,
    text,
    installing,
    ...examples.map(fenced),
    ...describeChapters(library),
    serviceIntro,
    ...service.exported.map((one) => renderExported(one)),
  ];
  return { text: `${parts(sections)}\n`, hidden: [...library.hidden, ...service.hidden] };
}

function describeField(schema: string, field: string): string | undefined {
  const found = Object.entries(schemas).find(([name]) => name === schema)?.[1];
  if (!(found instanceof ZodObject)) return undefined;
  const shape: Readonly<Record<string, { description?: string | undefined }>> = found.shape;
  return shape[field]?.description;
}

function describeChapters({ exported }: EntryPoint): string[] {
  return chaptersOf(exported).flatMap(({ title, about, names }) => {
    const single = names.length === 1 && names[0]?.name === title;
    const sections = names.map((one) => renderExported(one, single ? 2 : 3));
    return [
      ...(single ? [] : [heading(2, title)]),
      about ?? '',
      ...sections,
      ...(title === 'Errors' ? [errorRows()] : []),
    ];
  });
}

function errorRows(): string {
  const rows = Object.entries(errorTable).map(
    ([code, { exit, title }]) => `| [\`${code}\`](ERRORS.md#${code.toLowerCase()}) | ${exit} | ${title} |`,
  );
  return ['| code | exit | |', '| --- | --- | --- |', ...rows].join('\n');
}

if (import.meta.main) {
  const { text, hidden } = describeLibrary();
  if (hidden.length > 0) throw new Error(`src/index.ts should export the types ${hidden.join(', ')}`);
  mkdirSync(join(root, 'docs'), { recursive: true });
  writeFileSync(join(root, 'docs', 'LIBRARY.md'), text);
}
