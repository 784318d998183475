import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect } from 'chai';
import { anchorsOf, type Page, readPage, readPages, root, withoutCode } from './pages.ts';

const pages = readPages();

describe('links between the pages', () => {
  for (const page of pages) {
    it(`${page.path} has no dead link and no dead anchor`, () => expect(deadLinks(page)).to.deep.equal([]));
  }

  it('every page of docs/ is reached from README.md', () => {
    const readme = readPage('README.md');
    const named = [...readme.text.matchAll(/`(docs\/\w+\.md)`/g)].map(([, path]) => path); // written by a long run
    const reached = new Set([...linksOf(readme).map((link) => link.split('#')[0]), ...named]);
    const guides = pages.map(({ path }) => path).filter((path) => path.startsWith('docs/'));
    expect(guides.filter((path) => !reached.has(path))).to.deep.equal([]);
  });

  it('finds dead ones', () => {
    const page = { path: 'docs/X.md', text: '# A b\n[1](#a-b) [2](#nope) [3](../README.md) [4](GONE.md) `[5](no)`\n' };
    expect(deadLinks(page)).to.deep.equal(['#nope', 'GONE.md']);
  });
});

describe('what pages may not hold', () => {
  for (const { path, text } of pages) {
    it(`${path} names no path of a developer's machine and no package registry`, () => {
      expect(text).not.to.match(/(?:^|[\s`'"(])\/(?:work|root|tmp|Users)\/\w/m);
      expect(text).not.to.match(/registry\.npmjs|npmjs\.com|pypi\.org|crates\.io/);
    });
  }
});

function deadLinks(page: Page): string[] {
  return linksOf(page).filter((link) => !leadsSomewhere(page, link));
}

/** Targets of `[…](…)`, but for addresses of the web. */
function linksOf({ text }: Page): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(page: Page, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? page.path : posix.join(posix.dirname(page.path), path);
  if (path !== '' && !existsSync(join(root, file))) return false;
  if (anchor === undefined) return true;
  if (path === '') return anchorsOf(page.text).has(anchor);
  return statSync(join(root, file)).isFile() && anchorsOf(readPage(file).text).has(anchor);
}
