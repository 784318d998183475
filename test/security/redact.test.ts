import { expect } from 'chai';
import { redact, SkillsError } from '../../src/core/index.ts';
import { expectFast } from './fast.ts';

describe('redact', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['https://user:pass@host/x', 'https://***@host/x'],
    ['https://user:p@ss@host/x', 'https://***@host/x'],
    ['https://token@host/x', 'https://***@host/x'],
    ['git+https://token@host/x', 'git+https://***@host/x'],
    ['ssh://git@host/x', 'ssh://git@host/x'],
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic ***'],
    ['{"authorization":"Bearer abcdefghijk"}', '{"authorization":"Bearer ***"}'],
    ['https://h/x?X-Amz-Credential=abc&y=1', 'https://h/x?X-Amz-Credential=***&y=1'],
    ['https://h/x?a=1&refresh_token=abc', 'https://h/x?a=1&refresh_token=***'],
    ['{"a":"https://host:5000/x","b":"a@b"}', '{"a":"https://host:5000/x","b":"a@b"}'],
    [`ghp_${'a1'.repeat(15)} and dckr_pat_${'b'.repeat(24)}`, '*** and ***'],
  ];
  for (const [text, safe] of cases)
    it(`writes ${text.slice(0, 40)} as ${safe.slice(0, 40)}`, () => expect(redact(text)).equal(safe));

  it('takes secrets out of the data of an error, at any depth', () => {
    const { data } = new SkillsError('ERR_GIT', 'x', {
      data: { url: 'https://u:secret@h', list: [{ a: 'Bearer abcdefghijkl' }], n: 1 },
    });
    expect(data).deep.equal({ url: 'https://***@h', list: [{ a: 'Bearer ***' }], n: 1 });
  });

  for (const text of [
    'a',
    'a-',
    'h://a:',
    'x://a:b',
    'eyJaaaaaaaa-',
    'eyJaaaaaaaa.eyJaaaaaaa-',
    'ghp_',
    'github_pat_',
    'https://a',
    '?token=',
  ])
    it(`takes linear time on many ${text}`, () => expectFast(() => redact(text.repeat(300_000 / text.length))));
});
