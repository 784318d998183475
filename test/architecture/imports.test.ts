import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';

const root = resolve(import.meta.dirname, '..', '..');

const { mayImport } = (await import(join(root, '.dependency-cruiser.mjs'))) as {
  readonly mayImport: Readonly<Record<string, readonly string[]>>;
};

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

/** Runs the very command of `npm test` in a folder, and reads its result. */
async function cruise(folder: string): Promise<Cruise> {
  const program = join(root, 'node_modules', '.bin', 'depcruise');
  const args = ['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', 'src'];
  return new Promise((settle, fail) => {
    execFile(program, args, { cwd: folder, maxBuffer: 1 << 28 }, (error, stdout) => {
      if (stdout) settle(JSON.parse(stdout) as Cruise);
      else fail(error);
    });
  });
}

describe('the import table', function () {
  this.timeout(120_000);

  it('holds, and every file of src was looked at', async () => {
    const { summary } = await cruise(root);
    expect(summary.violations).to.deep.equal([]);
    expect(summary.totalCruised).to.be.at.least(globSync('src/**/*.ts', { cwd: root }).length);
  });

  it('is about every folder of src', () => {
    const folders = globSync('src/*/', { cwd: root }).map((path) => path.replace(/^src[\\/]|[\\/]$/g, ''));
    expect(Object.keys(mayImport)).to.include.members(folders);
  });

  const planted = [
    { title: 'an upward import', rule: 'core-imports', file: 'src/core/x.ts', text: "import '../pack/index.ts';" },
    {
      title: 'the CLI reaching past the manager',
      rule: 'cli-imports',
      file: 'src/cli/x.ts',
      text: "import '../store/index.ts';",
    },
    {
      title: 'a file behind an index',
      rule: 'only-public-faces',
      file: 'src/pack/x.ts',
      text: "import '../core/one.ts';",
    },
    {
      title: 'a server in every start',
      rule: 'servers-are-lazy',
      file: 'src/cli/x.ts',
      text: "import '../service/index.ts';",
    },
    {
      title: 'a type from above',
      rule: 'oci-imports',
      file: 'src/oci/x.ts',
      text: "import type { A } from '../pack/index.ts';\nexport type B = A;",
    },
    {
      title: 'a cycle',
      rule: 'no-cycles',
      file: 'src/core/one.ts',
      text: "import './index.ts';\nexport const one = 1;",
    },
    { title: 'a file that is not there', rule: 'no-unresolved', file: 'src/core/x.ts', text: "import './nowhere.ts';" },
  ];
  for (const { title, rule, file, text } of planted) {
    it(`finds ${title}`, async () => {
      const room = mkdtempSync(join(tmpdir(), 'skills-imports-'));
      try {
        writeHouse(room);
        writeFileSync(join(room, file), `${text}\n`);
        const { summary } = await cruise(room);
        expect(summary.violations.map(({ rule: { name } }) => name)).to.include(rule);
      } finally {
        rmSync(room, { recursive: true, force: true });
      }
    });
  }

  it('lets through what it allows', async () => {
    const room = mkdtempSync(join(tmpdir(), 'skills-imports-'));
    try {
      writeHouse(room);
      const allowed = "import '../core/index.ts';\nimport '../manager/index.ts';\nawait import('../service/index.ts');";
      writeFileSync(join(room, 'src/cli/x.ts'), `${allowed}\n`);
      const { summary } = await cruise(room);
      expect(summary.violations).to.deep.equal([]);
    } finally {
      rmSync(room, { recursive: true, force: true });
    }
  });
});

/** A small house with the folders of the real one. */
function writeHouse(room: string): void {
  cpSync(join(root, 'tsconfig.json'), join(room, 'tsconfig.json'));
  cpSync(join(root, 'package.json'), join(room, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(room, 'node_modules'));
  for (const folder of Object.keys(mayImport)) {
    mkdirSync(join(room, 'src', folder), { recursive: true });
    writeFileSync(join(room, 'src', folder, 'index.ts'), 'export type A = string;\n');
  }
  writeFileSync(join(room, 'src', 'core', 'one.ts'), 'export const one = 1;\n');
  writeFileSync(join(room, 'src', 'core', 'index.ts'), "export * from './one.ts';\nexport type A = string;\n");
}
