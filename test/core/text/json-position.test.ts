import { expect } from 'chai';
import fc from 'fast-check';
import { readJson } from '../../../src/core/index.ts';

describe('positions in JSON', () => {
  const text =
    '{\n  "name": "pdf",\n  "skills": [\n    { "name": "a\\"b", "version": "1" },\n    {\n      "name": "x"\n    }\n  ]\n}\n';
  const { positionOf } = readJson(text, { file: 'x.json' });
  const rows: [PropertyKey[], number, number][] = [
    [[], 1, 1],
    [['name'], 2, 3],
    [['skills'], 3, 3],
    [['skills', 0], 4, 5],
    [['skills', 0, 'version'], 4, 23],
    [['skills', 1, 'name'], 6, 7],
    [['skills', 1, 'missing'], 5, 5],
    [['name', 'deeper'], 2, 3],
    [['nowhere', 'at', 'all'], 1, 1],
  ];
  for (const [path, line, column] of rows) {
    it(`finds ${path.map(String).join('.') || 'the document'} at ${line}:${column}`, () => {
      expect(positionOf(path)).to.deep.equal({ line, column });
    });
  }

  it('finds a position inside the text for every path of every document', () => {
    fc.assert(
      fc.property(fc.json(), fc.array(fc.oneof(fc.string(), fc.nat(3)), { maxLength: 3 }), (json, path) => {
        const found = readJson(json, { file: 'x.json' }).positionOf(path);
        expect(found?.line).to.be.within(1, json.split('\n').length);
        expect(found?.column).to.be.within(1, json.length + 1);
      }),
    );
  });
});
