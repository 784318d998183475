import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { errorDocument, formatError } from '../../src/cli/render/error.ts';
import { describeProgress } from '../../src/cli/render/progress.ts';
import { formatFound } from '../../src/cli/render/skills.ts';
import { formatFacts } from '../../src/cli/render/table.ts';
import { writeJson, writeText } from '../../src/cli/render/write.ts';
import { SkillsError } from '../../src/core/index.ts';
import { Room } from '../cli/support/room.ts';
import { skills } from '../cli/support/run.ts';

const hostile = 'a\u001b]0;owned\u0007\u001b[2J\u009b1A\rb\u202ec';
const steering = /(?!\n)\p{Cc}|\u202e/u;

describe('what is printed', () => {
  const written = (write: (stream: NodeJS.WriteStream) => void) => {
    const all: string[] = [];
    write({ isTTY: true, write: (text: string) => all.push(text) > 0 } as unknown as NodeJS.WriteStream);
    return all.join('');
  };

  const texts: readonly (readonly [string, () => string])[] = [
    [
      'a list of skills',
      () => formatFound([{ name: hostile, version: '1', description: hostile, tags: [hostile] }] as never),
    ],
    ['facts', () => formatFacts([['about', hostile]])],
    [
      'an error',
      () =>
        formatError(new SkillsError('ERR_REGISTRY', hostile, { hint: hostile, cause: new Error(`x${hostile}`) }), true),
    ],
  ];
  for (const [title, format] of texts) {
    it(`steers no terminal: ${title}`, () =>
      expect(written((stream) => writeText(stream, format()))).not.match(steering));
  }

  it('steers no terminal: progress', () =>
    expect(describeProgress({ phase: 'fetch', name: hostile }, 80)).not.match(steering));

  it('steers no terminal: JSON, which keeps the value', () => {
    const document = errorDocument(new SkillsError('ERR_REGISTRY', hostile), 5);
    const json = written((stream) => writeJson(stream, document));
    expect(json).not.match(steering);
    expect(JSON.parse(json)).deep.equal(document);
  });

  it('keeps a value in its line', () => expect(formatFacts([['about', 'x\ndigest  sha256:0']]).split('\n')).length(1));
});

describe('a command that shows a hostile skill', () => {
  it('prints none of its control characters', async () => {
    using room = new Room();
    const skill = room.writeSkill('evil');
    const text = `---\nname: evil\ndescription: "x\\e]0;owned\\a\\e[2Jy"\n"k\\e[2J": 1\n---\nhello\u001b[2J\n`;
    writeFileSync(join(skill, 'SKILL.md'), text);
    for (const words of [
      ['inspect', skill],
      ['validate', skill],
      ['inspect', skill, '--json'],
      ['pack', skill, '--list'],
      ['inspect', `${skill}\u001b[2J`],
    ]) {
      const { stdout, stderr } = await skills(words, room.options);
      expect(stdout + stderr, words.join(' '))
        .not.equal('')
        .and.not.match(steering);
    }
  });
});
