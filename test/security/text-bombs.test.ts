import { expect } from 'chai';
import { isSkillsError, limits, readJson, readToml, readYaml } from '../../src/core/index.ts';
import { expectFast } from './fast.ts';

const origin = { file: 'x' };
const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

describe('texts that are made to take time or memory', () => {
  const refused: readonly (readonly [string, (text: string, at: typeof origin) => unknown, string, RegExp])[] = [
    ['YAML keys of keys of keys', readYaml, '? '.repeat(500), /A key must be text/],
    ['YAML lists as keys', readYaml, `${'['.repeat(60)}a${']: b'.repeat(60)}`, /A key must be text|flow/i],
    [
      'YAML aliases of aliases',
      readYaml,
      `a: &a [x]\n${lines(30, (i) => `b${i}: &b${i} [${`*${i ? `b${i - 1}` : 'a'},`.repeat(9)}]`)}`,
      /alias/i,
    ],
    ['very many YAML aliases', readYaml, lines(5_000, (i) => `- &a${i} v\n- *a${i}`), /aliases/],
    ['YAML nested deeply', readYaml, '- '.repeat(1_000), /nested/],
    ['YAML nested very deeply', readYaml, `${'['.repeat(20_000)}${']'.repeat(20_000)}`, /nested|deep/],
    ['a YAML key twice', readYaml, 'a: 1\nb: 2\na: 3', /Map keys must be unique/],
    ['a YAML key twice, as number and text', readYaml, '1: a\n"1": b', /Map keys must be unique/],
    ['large YAML', readYaml, `a: ${'b'.repeat(limits.yamlLength)}`, /characters of YAML/],
    ['TOML nested deeply', readToml, `${'a.'.repeat(50_000)}b = 1`, /nested/],
    ['TOML lists nested deeply', readToml, `a = ${'['.repeat(50_000)}`, /./],
  ];
  for (const [title, read, text, reason] of refused) {
    it(`refuses ${title}`, () =>
      expectFast(() => {
        expect(() => read(text, origin))
          .throw(reason)
          .satisfy((error: unknown) => isSkillsError(error, 'ERR_FILE_INVALID'));
      }));
  }

  const read: readonly (readonly [string, (text: string, at: typeof origin) => unknown, string])[] = [
    ['20,000 YAML keys', readYaml, lines(20_000, (i) => `k${i}: v`)],
    ['20,000 TOML keys', readToml, lines(20_000, (i) => `k${i} = 1`)],
    ['JSON of 100,000 levels', readJson, `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ];
  for (const [title, readText, text] of read)
    it(`reads ${title} in time`, () => expectFast(() => readText(text, origin)));

  it('keeps __proto__ a key like others', () => {
    for (const { value } of [
      readYaml('__proto__:\n  polluted: 1', origin),
      readJson('{"__proto__":{"polluted":1}}', origin),
      readToml('["__proto__"]\npolluted = 1', origin),
    ]) {
      expect(Object.keys(value as object)).deep.equal(['__proto__']);
      expect(Object.getPrototypeOf(value)).not.have.property('polluted');
    }
    expect({}).not.have.property('polluted');
  });
});
