import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { root, skills } from '../cli/support/run.ts';

interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

const { outputs } = JSON.parse(readFileSync(join(root, 'dist', 'meta.json'), 'utf8')) as Metafile;

/** Packages that cost more than they are worth to a command which does not need them. */
const heavy = [
  'zod',
  'yaml',
  'smol-toml',
  'fastify',
  'kysely',
  'pino',
  'listr2',
  '@inquirer/prompts',
  'yauzl',
  'tar-stream',
  'fflate',
  'bcryptjs',
];

/** Runs a command and says which packages and which of our folders were in the files that it loaded. */
async function loadedBy(words: readonly string[]): Promise<{ packages: Set<string>; folders: Set<string> }> {
  const room = mkdtempSync(join(tmpdir(), 'skills-startup-'));
  try {
    await skills(words, { cwd: room, env: { HOME: room, NODE_V8_COVERAGE: join(room, 'coverage') } });
    const inputs = loadedFiles(join(room, 'coverage')).flatMap((file) => inputsOf(file));
    return {
      packages: new Set(inputs.flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [])),
      folders: new Set(inputs.flatMap((input) => /^src\/([^/]+)\//.exec(input)?.[1] ?? [])),
    };
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/** The files of `dist/` that V8 saw. */
function loadedFiles(coverage: string): string[] {
  const files = readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { result: { url: string }[] };
    return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
  });
  const dist = join(root, 'dist');
  const loaded = files.map((url) => fileURLToPath(url)).filter((path) => path.startsWith(dist));
  expect(loaded, 'the bundle was run').not.to.have.length(0);
  return loaded.map((path) => path.slice(root.length + 1).replaceAll('\\', '/'));
}

function inputsOf(file: string): string[] {
  const output = outputs[file];
  expect(output, `${file} is in dist/meta.json`).not.to.equal(undefined);
  return Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([input]) => input);
}

describe('what a start loads', function () {
  this.timeout(30_000);

  for (const words of [['--help'], ['lsit'], ['completion', 'bash'], ['schema', 'list']]) {
    it(`skills ${words.join(' ')}: no heavy library, no manager`, async () => {
      const { packages, folders } = await loadedBy(words);
      expect([...packages].filter((name) => heavy.includes(name))).to.deep.equal([]);
      expect([...folders]).not.to.include('manager');
    });
  }

  for (const words of [['list'], ['list', '--json'], ['config', 'list'], ['registry', 'list']]) {
    it(`skills ${words.join(' ')}: no heavy library, none of the servers`, async () => {
      const { packages, folders } = await loadedBy(words);
      expect([...packages].filter((name) => heavy.includes(name))).to.deep.equal([]);
      expect([...folders]).to.include('manager');
      for (const folder of ['service', 'catalogue', 'api']) expect([...folders]).not.to.include(folder);
    });
  }

  it('skills install: no heavy library on the way to the registry', async () => {
    const { packages, folders } = await loadedBy(['install', '127.0.0.1:9/acme/pdf']);
    expect([...packages].filter((name) => heavy.includes(name))).to.deep.equal([]);
    expect([...folders]).to.include.members(['manager', 'store', 'oci', 'pack', 'sources']);
  });

  it('sees what is loaded: validate does need the manifest readers', async () => {
    const { packages } = await loadedBy(['validate', join(root, 'examples')]);
    expect([...packages]).to.include('yaml');
  });

  it('oclif is bundled without what only plugins in TypeScript need', () => {
    const packages = Object.keys(outputs)
      .flatMap((file) => inputsOf(file))
      .join('\n');
    for (const name of ['typescript', 'ts-node', 'tsx', 'debug'])
      expect(packages).not.to.contain(`node_modules/${name}/`);
  });
});
