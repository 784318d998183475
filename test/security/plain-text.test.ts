import { expect } from 'chai';
import fc from 'fast-check';
import { escapeControls, plainText } from '../../src/core/index.ts';

describe('plainText', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['a colour', '\u001b[31mred\u001b[0m', '␛[31mred␛[0m'],
    ['a window title', '\u001b]0;owned\u0007x', '␛]0;owned␇x'],
    ['a link (OSC 8)', '\u001b]8;;http://evil\u001b\\x', '␛]8;;http://evil␛\\x'],
    ['C1 CSI', 'a\u009b2Jb', 'a\ufffd2Jb'],
    ['a line that is overwritten', 'bad\rgood', 'bad␍good'],
    ['backspaces', 'bad\b\b\bgood', 'bad␈␈␈good'],
    ['text that is turned', 'a\u202egpj.exe', 'a\ufffdgpj.exe'],
    ['tag characters', 'a\u{e0041}b', 'a\ufffdb'],
    ['Windows line breaks, tabs, all scripts, emoji', 'a\r\n\tü 漢字 👩‍💻', 'a\n\tü 漢字 👩‍💻'],
  ];
  for (const [title, text, plain] of cases) it(`shows ${title}`, () => expect(plainText(text)).equal(plain));

  it('keeps our own colours where it is told to, and no other sequence', () =>
    expect(plainText('\u001b[31mred\u001b[39m\u001b[8mhidden\u001b[2J', { keepColours: true })).equal(
      '\u001b[31mred\u001b[39m␛[8mhidden␛[2J',
    ));

  it('leaves no control character but tab and line feed, whatever comes', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => !/(?![\t\n])\p{Cc}/u.test(plainText(text))),
      { numRuns: 300 },
    ));
});

describe('escapeControls', () => {
  it('keeps the value of a JSON text', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = escapeControls(JSON.stringify({ text }, null, 2));
        expect(json).not.match(/(?!\n)\p{Cc}/u);
        expect(JSON.parse(json)).deep.equal(JSON.parse(JSON.stringify({ text })));
      }),
      { numRuns: 300 },
    ));
});
