import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { SkillManager } from '../../src/index.ts';
import { readEntryPoints } from '../../tools/library/exported.ts';
import { renderExported } from '../../tools/library/render.ts';
import { describeLibrary } from '../../tools/library.ts';

const root = resolve(import.meta.dirname, '..', '..');
const file = join(root, 'docs', 'LIBRARY.md');

describe('docs/LIBRARY.md', function () {
  this.timeout(120_000);
  let made: ReturnType<typeof describeLibrary>;
  before(() => {
    made = describeLibrary();
  });

  it('is what the declarations and comments say (node tools/library.ts writes it)', () => {
    expect(readFileSync(file, 'utf8')).to.equal(made.text);
  });

  it('speaks of no type that cannot be imported', () => {
    expect(made.hidden).to.deep.equal([]);
  });

  it('has every method of SkillManager, each with a sentence', () => {
    const methods = Object.getOwnPropertyNames(SkillManager.prototype).filter(
      (name) =>
        name !== 'constructor' &&
        typeof Reflect.getOwnPropertyDescriptor(SkillManager.prototype, name)?.value === 'function',
    );
    expect(methods).to.include.members(['search', 'install', 'load', 'loadAll', 'publish', 'doctor']);
    for (const name of methods)
      expect(made.text).to.match(new RegExp(`^####+ \`${name}\\([^]*?\`\`\`\n\n[A-Z]`, 'm'), name);
  });

  it('says what every option is for', () => {
    const options = made.text.slice(made.text.indexOf('\n## Options'), made.text.indexOf('\n## Reports'));
    expect(options).to.include('### SkillManagerOptions').and.to.include('### InstallOptions');
    const silent = options.split('\n').filter((line) => /^\| `.*\|\s*\|$/.test(line));
    expect(silent).to.deep.equal([]);
  });

  it('links to pages and headings that are there', () => {
    const links = [...made.text.matchAll(/\]\(([A-Z_]+\.md)(?:#([\w-]+))?\)/g)];
    expect(links).not.to.deep.equal([]);
    for (const [, page = '', anchor] of links) {
      expect(existsSync(join(root, 'docs', page)), page).to.equal(true);
      const headings =
        readFileSync(join(root, 'docs', page), 'utf8')
          .toLowerCase()
          .match(/^#+ .*$/gm) ?? [];
      if (anchor)
        expect(
          headings.map((line) => line.replace(/^#+ |`/g, '')),
          anchor,
        ).to.include(anchor);
    }
  });
});

const planted = `
interface Hidden { readonly x: number }
/** Says it. See {@link Shown}. */
export interface Shown {
  /** One | two. */
  readonly a?: readonly string[] | undefined;
  readonly call?: ((event: string) => void) | undefined;
  /** Reads. @throws SkillsError ERR_NOT_FOUND */
  read(path: string): Promise<Hidden>;
}
/** Does it. */
export class Doer {
  readonly #secret: Hidden2 | undefined;
  constructor(options: Shown = {} as Shown) { this.#secret = undefined; void options; }
  // Chapter
  /**
   * Goes.
   *
   * @throws SkillsError ERR_USAGE where it cannot.
   * @example
   * doer.go();
   */
  async go(where = '.', shown: Partial<Shown> = {}): Promise<void> { const local: Hidden2 | undefined = this.#secret; void [where, shown, local]; }
  #hide(): void {}
}
interface Hidden2 { readonly y: number }
export type Choice = 'a' | 'b';
`;

describe('the generator of docs/LIBRARY.md', function () {
  this.timeout(60_000);
  const room = mkdtempSync(join(tmpdir(), 'skills-library-test-'));
  after(() => rmSync(room, { recursive: true, force: true }));

  function read() {
    writeFileSync(
      join(room, 'tsconfig.json'),
      '{"compilerOptions":{"module":"nodenext","target":"es2022","types":[]}}',
    );
    writeFileSync(join(room, 'planted.ts'), planted);
    const [entry] = readEntryPoints(room, ['planted.ts'], () => undefined);
    if (!entry) throw new Error('nothing was read');
    return entry;
  }

  it('finds types that are spoken of and not exported, but not those inside', () => {
    expect(read().hidden).to.deep.equal(['Hidden']);
  });

  it('writes what the declarations say', () => {
    expect(
      read()
        .exported.map((one) => renderExported(one))
        .join('\n\n'),
    ).to.equal(`### Shown

Says it. See \`Shown\`.

| name | type | |
| --- | --- | --- |
| \`a?\` | \`readonly string[]\` | One \\| two. |
| \`call?\` | \`(event: string) => void\` |  |
| \`read(path)\` | \`Promise<Hidden>\` | Reads. Throws ERR_NOT_FOUND |

### Doer

Does it.

\`\`\`ts
new Doer(options?: Shown)
\`\`\`

#### Chapter

##### \`go(where?, shown?)\`

\`\`\`ts
go(where = '.', shown?: Partial<Shown>): Promise<void>
\`\`\`

Goes.

Throws ERR_USAGE where it cannot.

\`\`\`ts
doer.go();
\`\`\`

### Choice

\`\`\`ts
type Choice = 'a' | 'b'
\`\`\``);
  });
});
