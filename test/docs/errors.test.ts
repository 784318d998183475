import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { errorTable, exitCodes } from '../../src/core/index.ts';
import { readPage, root } from './pages.ts';

interface Section {
  readonly code: string;
  readonly body: string;
}

const { text } = readPage('docs/ERRORS.md');
const sections = sectionsOf(text);

describe('docs/ERRORS.md', () => {
  it('has one section for every code, and none for a code that does not exist', () => {
    expect(sections.map(({ code }) => code).toSorted()).to.deep.equal(Object.keys(errorTable).toSorted());
  });

  for (const [code, { exit, title }] of Object.entries(errorTable)) {
    it(`says of ${code} what the table says, and what happened, why, and what to do`, () => {
      const body = sections.find((section) => section.code === code)?.body ?? '';
      expect(body.trim().split('\n')[0]).to.equal(`**${title}.** Exit code ${exit}.`);
      for (const label of ['What happened', 'Why', 'What to do']) {
        expect(body, label).to.match(new RegExp(`^- ${label}: \\S.{20,}$`, 'm'));
      }
    });
  }

  it('lists every exit code', () => {
    const listed = [...text.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number));
    expect(listed).to.include.members([0, ...Object.values(exitCodes)]);
  });

  it('names no code anywhere that does not exist', () => {
    const named = new Set([...text.matchAll(/\bERR_[A-Z_]+\b/g)].map(([code]) => code));
    named.delete('ERR_CODE');
    expect([...named].filter((code) => !Object.hasOwn(errorTable, code))).to.deep.equal([]);
  });
});

describe('the table of errors', () => {
  const raised = raisedIn(sourcesOf(join(root, 'src')));
  for (const code of Object.keys(errorTable)) {
    it(`${code} is raised somewhere in src`, () => {
      expect(raised.has(code), `${code} is in the table, and nothing raises it`).to.equal(true);
    });
  }

  it('tells raising from asking', () => {
    const raisedHere = raisedIn([
      "throw new SkillsError('ERR_A', 'x');",
      "if (isSkillsError(error, 'ERR_B', 'ERR_C')) return;",
      "if (error.code === 'ERR_D') return; type Missing = 'ERR_E' | 'ERR_F';",
      "return { code: 'ERR_G' }; return status === 404 ? 'ERR_H' : 'ERR_I';",
    ]);
    expect([...raisedHere].toSorted()).to.deep.equal(['ERR_A', 'ERR_G', 'ERR_H', 'ERR_I']);
  });
});

function sectionsOf(page: string): Section[] {
  return page
    .split(/^### /m)
    .slice(1)
    .map((part) => ({
      code: part.slice(0, part.indexOf('\n')).trim(),
      body: part.slice(part.indexOf('\n')).split(/^## /m)[0] ?? '',
    }));
}

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** Codes that stand where an error is made; comparing with a code, or naming it in a type, does not count. */
function raisedIn(sources: readonly string[]): ReadonlySet<string> {
  const made =
    /(?:new (?:Skills|Trust)Error\(\s*|code: |missing: |return |[?:] )'(ERR_[A-Z_]+)'|^\s*'(ERR_[A-Z_]+)',$/gm;
  return new Set(
    sources.flatMap((source) => {
      const asking = source.replace(/isSkillsError\([^)]*\)/g, '').replace(/[!=]== 'ERR_[A-Z_]+'/g, '');
      const types = asking.replace(/'ERR_[A-Z_]+'(?: \| 'ERR_[A-Z_]+')+/g, '');
      return [...types.matchAll(made)].flatMap(([, code, alone]) => code ?? alone ?? []);
    }),
  );
}
