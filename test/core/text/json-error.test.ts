import { expect } from 'chai';
import fc from 'fast-check';
import { isSkillsError, readJson } from '../../../src/core/index.ts';
import { findJsonError } from '../../../src/core/text/json-error.ts';

describe('findJsonError', () => {
  // The place of the error is marked with ¶.
  const rows = [
    '[1,¶]',
    '[¶,]',
    '{"a":1,¶}',
    '{"a" ¶1}',
    '{¶a:1}',
    '{"a":¶}',
    '{"a":1 ¶"b":2}',
    '{"a":[1,2¶}',
    '[1] ¶2',
    '¶',
    '{"a":1¶',
    '["x", ¶"unclosed]',
    '["a", ¶"bad \\q"]',
    '[¶"tab\t"]',
    '[0¶1]',
    '[¶+1]',
    '[¶tru]',
    '{\n  "a": [\n    true,\n    ¶nul\n  ]\n}',
    '¶]',
  ];
  for (const row of rows) {
    it(`in ${JSON.stringify(row)}`, () => expect(findJsonError(row.replace('¶', ''))).to.equal(row.indexOf('¶')));
  }

  it('finds none in what JSON.stringify writes, and one in every text cut short', () => {
    fc.assert(
      fc.property(fc.object(), fc.nat(), (value, cut) => {
        const whole = JSON.stringify(value, null, 1);
        expect(findJsonError(whole)).to.equal(whole.length);
        const part = whole.slice(0, cut % whole.length);
        expect(findJsonError(part)).to.be.at.most(part.length);
      }),
    );
  });

  it('gives readJson its line and column', () => {
    try {
      readJson('{\n  "a": [1,]\n}', { file: 'x.json' });
      expect.fail('nothing was thrown');
    } catch (error) {
      if (!isSkillsError(error, 'ERR_FILE_INVALID')) throw error;
      expect(error.data).to.include({ line: 2, column: 11 });
    }
  });
});
