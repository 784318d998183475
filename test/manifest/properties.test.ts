import { expect } from 'chai';
import fc from 'fast-check';
import { isSkillName, isSkillsError } from '../../src/core/index.ts';
import {
  applyFixes,
  bodyOf,
  embedManifest,
  filesInMemory,
  fixSkill,
  readEmbeddedManifest,
  readSkill,
} from '../../src/manifest/index.ts';

const names = ['SKILL.md', 'skill.yaml', 'skill.toml', 'skill.json', 'config.json'];
const words = [
  'name',
  'description',
  'version',
  'metadata',
  'dependencies',
  'capabilities',
  'security',
  'allowed-tools',
  'tags',
  '[skill]',
  '__proto__',
  'x',
];
const values = [
  'pdf',
  '1.0',
  '[a, b]',
  '{a: b}',
  'Use: this',
  '"q',
  '&a',
  '*a',
  'null',
  '- x',
  '|',
  '\t',
  '{"a":1}',
  '= "1"',
  '🎈',
];

const line = fc
  .tuple(
    fc.constantFrom('', '  ', '- '),
    fc.constantFrom(...words),
    fc.constantFrom(': ', ' = ', ':'),
    fc.constantFrom(...values),
  )
  .map((parts) => parts.join(''));
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(line).map((lines) => lines.join('\n')),
  fc.array(line).map((lines) => `---\n${lines.join('\n')}\n---\nbody`),
  fc.json(),
  fc.dictionary(fc.constantFrom(...words), fc.jsonValue()).map((value) => JSON.stringify(value)),
);
const content = fc.oneof(text, fc.uint8Array());
const skill = fc.dictionary(fc.constantFrom(...names), content, { minKeys: 1 });

describe('any content', () => {
  it('reads without a throw, and each problem has a place in a file that is there', () => {
    fc.assert(
      fc.property(skill, fc.constantFrom('pdf', '', 'A b'), (files, folder) => {
        const { manifest, problems } = readSkill(filesInMemory(folder, files), { profile: 'spm' });
        if (manifest) expect(isSkillName(manifest.name)).to.equal(true);
        for (const { line: at, column, mend } of problems) {
          expect(mend).to.be.a('string').that.is.not.empty;
          if (at !== undefined) expect(Math.min(at, column ?? 1)).to.be.greaterThan(0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is never made worse by its fixes', () => {
    const errorsOf = (problems: readonly { grade: string }[]) =>
      problems.filter(({ grade }) => grade === 'error').length;
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const files = filesInMemory('pdf', { 'SKILL.md': `---\n${lines.join('\n')}\n---\nbody\n` });
        const before = readSkill(files);
        expect(errorsOf(fixSkill(files).result.problems)).to.be.at.most(errorsOf(before.problems));
      }),
      {
        numRuns: 150,
        examples: [[['metadata: \t', 'tags: pdf']], [['tags: pdf', '"metadata":']], [['metadata: null', 'tags: pdf']]],
      },
    );
  });

  it('comes back from an artifact as the manifest that went in', () => {
    fc.assert(
      fc.property(skill, (files) => {
        const { manifest } = readSkill(filesInMemory('pdf', files));
        if (manifest)
          expect(readEmbeddedManifest(JSON.parse(JSON.stringify(embedManifest(manifest))))).to.deep.equal(manifest);
      }),
      { numRuns: 150 },
    );
  });

  it('is refused as an embedded manifest with a code, or read', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        try {
          readEmbeddedManifest(json);
        } catch (error) {
          expect(isSkillsError(error, 'ERR_ARTIFACT_INVALID')).to.equal(true);
        }
      }),
    );
  });

  it('has a body that ends as the text does', () => {
    fc.assert(
      fc.property(fc.string(), (body) => {
        const text = `---\na: b\n---\n${body}`;
        expect(text.endsWith(bodyOf(text))).to.equal(true);
      }),
    );
  });
});

describe('applyFixes', () => {
  const fix = (start: number, end: number, replacement: string) => ({ file: 'f', start, end, replacement });

  it('applies in the order of the text, and of two that overlap the first', () => {
    expect(applyFixes('abcdef', [fix(4, 5, 'E'), fix(1, 3, 'X'), fix(2, 4, 'Y')])).to.equal('aXdEf');
  });

  it('passes over what lies outside', () => {
    expect(applyFixes('ab', [fix(1, 9, 'x'), fix(2, 1, 'y')])).to.equal('ab');
  });

  it('inserts', () => expect(applyFixes('ab', [fix(1, 1, 'x'), fix(1, 1, 'y')])).to.equal('axyb'));
});
