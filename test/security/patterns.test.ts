import { isSkillsError } from '../../src/core/index.ts';
import { filesInMemory, readSkill } from '../../src/manifest/index.ts';
import { createIgnoreFilter } from '../../src/pack/files/ignore.ts';
import { parseSpec } from '../../src/resolve/index.ts';
import { readStyle } from '../../src/resolve/json/style.ts';
import { readPrefix } from '../../src/resolve/project/registries.ts';
import { expectFast } from './fast.ts';

const many = 250_000;
const skillMd = (frontmatter: string) => filesInMemory('x', { 'SKILL.md': `---\n${frontmatter}\n---\nbody\n` });

describe('patterns that run on text from outside take linear time', () => {
  const cases: readonly (readonly [string, () => unknown])[] = [
    ['a registry prefix', () => readPrefix(`a${'/'.repeat(many)}x`)],
    ['the layout of skills.json', () => readStyle(`{${'\n'.repeat(many)}}`)],
    [
      'frontmatter with a long line of spaces',
      () => readSkill(skillMd(`name: x\ndescription: y: ${' '.repeat(many)}: z`)),
    ],
    ['frontmatter with many broken lines', () => readSkill(skillMd(`name: x\n${'k: v: w\n'.repeat(many / 8)}`))],
    ['allowed-tools', () => readSkill(skillMd(`name: x\ndescription: y\nallowed-tools: "${'('.repeat(many)},"`))],
    ['.skillignore with many spaces', () => createIgnoreFilter(`a${' '.repeat(many)}x`)],
    ...['/', './', 'a/', 'a-', 'a.', '@', 'git+https://h/', 'localhost:5000/a_'].map(
      (text) => [`a spec of ${text}`, () => parseSpec(`${text}${text.slice(-1).repeat(many)}x`)] as const,
    ),
  ];
  for (const [title, work] of cases) it(title, () => quietly(work));
});

/** What is refused is as good as what is read, where it is done in time. */
function quietly(work: () => unknown): void {
  expectFast(() => {
    try {
      work();
    } catch (error) {
      if (!isSkillsError(error)) throw error;
    }
  });
}
