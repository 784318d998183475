import { expect } from 'chai';
import fc from 'fast-check';
import { parseDigest } from '../../../src/core/index.ts';
import {
  checkAgreement,
  emptyLock,
  findDifferences,
  findLocked,
  formatLock,
  type LockedOther,
  type LockedSkill,
  type Lockfile,
  lockedPackage,
  ociSource,
  readLock,
  readProject,
  removeFromLock,
  updateLock,
} from '../../../src/resolve/index.ts';
import { errorOf } from '../failing.ts';

const digest = parseDigest(`sha256:${'ab'.repeat(32)}`);
const other = parseDigest(`sha256:${'cd'.repeat(32)}`);

function oci(name: string, more: Partial<LockedSkill> = {}): LockedSkill {
  return {
    name,
    path: `.agents/skills/${name}`,
    additionalPaths: [],
    version: '1.0.0',
    requiredBy: [],
    dependencies: [],
    unknown: {},
    source: ociSource({ registry: 'reg.io', repository: `x/${name}`, tag: more.version ?? '1.0.0', digest }),
    ...more,
  };
}

function git(name: string, more: Partial<LockedOther> = {}): LockedOther {
  const { version: _, source: __, ...facts } = oci(name);
  return {
    ...facts,
    source: { type: 'git', spec: `o/r/${name}`, ref: 'main', commit: 'a'.repeat(40), unknown: {} },
    ...more,
  };
}

function lockOf(...entries: (LockedSkill | LockedOther)[]): Lockfile {
  return updateLock(emptyLock, entries);
}

const needs = (name: string, range = '*') => ({ name, range, optional: false });

describe('skills.lock.json', () => {
  it('keeps which skill of several, and which platform, and tells skills of one artifact apart', () => {
    const place = { registry: 'reg.io', repository: 'x/all', tag: '1.0.0', digest };
    const one = oci('one', { source: ociSource({ ...place, skill: 'one', platform: 'linux/arm64' }) });
    const two = oci('two', { source: ociSource({ ...place, skill: 'two' }) });
    const text = formatLock(lockOf(one, two));
    const lock = readLock(text);
    expect(formatLock(lock)).to.equal(text);
    expect(lock.skills.map(lockedPackage)).to.deep.equal(['reg.io/x/all#one', 'reg.io/x/all#two']);
    expect(lock.skills.map(({ source }) => source.platform)).to.deep.equal(['linux/arm64', undefined]);
    const project = readProject(
      JSON.stringify({
        skills: ['one', 'two'].map((name) => ({ name, source: `reg.io/x/all#${name}`, version: '1.0.0' })),
      }),
    );
    expect(findDifferences(project, lock)).to.deep.equal([]);
    const wrong = text.replace('"skill": "two"', '"skill": "../two"');
    expect(errorOf(() => readLock(wrong)).message).to.match(/not a skill's name/);
  });

  it('is written so, to the byte', () => {
    const full = oci('pdf', {
      range: '^1.0.0',
      contentDigest: other,
      manifestSize: 612,
      layer: { mediaType: 'application/x', digest: other, size: 1234 },
      requiredBy: ['z', 'a'],
      dependencies: [needs('xlsx', '^1'), { ...needs('csv'), optional: true, source: 'reg.io/x/csv' }],
      additionalPaths: ['.claude/skills/pdf'],
    });
    expect(formatLock(lockOf(full))).to.equal(`{
  "lockfileVersion": 1,
  "generatedAt": "1970-01-01T00:00:00Z",
  "skills": [
    {
      "name": "pdf",
      "path": ".agents/skills/pdf",
      "version": "1.0.0",
      "source": {
        "registry": "reg.io",
        "repository": "x/pdf",
        "tag": "1.0.0",
        "digest": "${digest}",
        "ref": "reg.io/x/pdf:1.0.0@${digest}"
      },
      "installedAt": "1970-01-01T00:00:00Z",
      "additionalPaths": [
        ".claude/skills/pdf"
      ],
      "additionalInstalledPaths": [
        ".claude/skills/pdf"
      ],
      "range": "^1.0.0",
      "contentDigest": "${other}",
      "manifestSize": 612,
      "layer": {
        "mediaType": "application/x",
        "digest": "${other}",
        "size": 1234
      },
      "requiredBy": [
        "a",
        "z"
      ],
      "dependencies": [
        {
          "name": "csv",
          "range": "*",
          "source": "reg.io/x/csv",
          "optional": true
        },
        {
          "name": "xlsx",
          "range": "^1"
        }
      ]
    }
  ]
}
`);
  });

  it('reads a missing file as a lock of nothing, and writes that', () => {
    expect(readLock(undefined)).to.deep.equal(emptyLock);
    expect(readLock(formatLock(emptyLock))).to.deep.equal(emptyLock);
  });

  it('reads the locks of Arconia and skills-oci, both spellings of their paths', () => {
    const entry = (name: string, key: string) => ({
      name,
      path: `.agents/skills/${name}`,
      source: {
        ...ociSource({ registry: 'ghcr.io', repository: `o/${name}`, tag: '1.0.0', digest }),
        unknown: undefined,
      },
      installedAt: '2026-04-01T10:00:00Z',
      [key]: [`.claude/skills/${name}`],
    });
    const text = JSON.stringify({
      lockfileVersion: 1,
      generatedAt: '2026-04-01T10:00:00Z',
      skills: [entry('a', 'additionalPaths'), entry('b', 'additionalInstalledPaths')],
    });
    const lock = readLock(text);
    expect(lock.skills.map(({ additionalPaths }) => additionalPaths)).to.deep.equal([
      ['.claude/skills/a'],
      ['.claude/skills/b'],
    ]);
    expect(lock.skills[0]).to.deep.include({ version: '1.0.0', requiredBy: [], dependencies: [] });
    expect(lock.skills.map(lockedPackage)).to.deep.equal(['ghcr.io/o/a', 'ghcr.io/o/b']);
    expect(formatLock(lock)).not.to.contain('2026');
  });

  it('keeps unknown keys on top, in entries and in sources, through a change too', () => {
    const parsed = JSON.parse(formatLock(lockOf(oci('pdf'), git('web'))));
    parsed.zebra = { b: 1, a: [{ d: 1, c: 2 }] };
    parsed.skills[0].note = 'x';
    parsed.skills[0].source.mirror = 'y';
    parsed.otherSkills[0].source.depth = 1;
    const lock = readLock(JSON.stringify(parsed));
    expect(JSON.parse(formatLock(lock))).to.deep.equal(parsed);
    const changed = JSON.parse(formatLock(updateLock(lock, [oci('pdf', { version: '1.1.0' })])));
    expect(changed.zebra).to.deep.equal(parsed.zebra);
    expect(changed.skills[0]).to.include({ note: 'x', version: '1.1.0' });
    expect(changed.skills[0].source.mirror).to.equal('y');
    expect(changed).not.to.have.property('otherSkills');
  });

  it('depends on what is locked alone, not on the order; and reads back as written', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd-e', 'f');
    const locked = fc
      .record({
        name,
        kind: fc.boolean(),
        requiredBy: fc.uniqueArray(name),
        needs: fc.uniqueArray(name),
        paths: fc.uniqueArray(fc.constantFrom('.claude/skills/x', '.x/y')),
        range: fc.option(fc.constantFrom('*', '^1'), { nil: undefined }),
        capabilities: fc.option(fc.constant({ net: ['x'], exec: {} }), { nil: undefined }),
      })
      .map((one) => {
        const more = {
          requiredBy: one.requiredBy,
          dependencies: one.needs.map((item) => needs(item)),
          additionalPaths: one.paths,
          ...(one.range ? { range: one.range } : {}),
          ...(one.capabilities ? { capabilities: one.capabilities } : {}),
        };
        return one.kind ? oci(one.name, more) : git(one.name, more);
      });
    fc.assert(
      fc.property(fc.uniqueArray(locked, { selector: (one) => one.name }), (entries) => {
        const text = formatLock(lockOf(...entries));
        expect(formatLock(lockOf(...entries.toReversed()))).to.equal(text);
        expect(formatLock(readLock(text))).to.equal(text);
      }),
      { numRuns: 200 },
    );
  });

  it('never writes an empty source field, which Arconia refuses', () => {
    const source = ociSource({ registry: 'reg.io', repository: 'x/pdf', tag: '', digest });
    expect(errorOf(() => formatLock(lockOf(oci('pdf', { source })))).code).to.equal('ERR_INTERNAL');
  });

  const good = JSON.parse(formatLock(lockOf(oci('pdf'), git('web'))));
  const altered = (change: (lock: typeof good) => void): string => {
    const copy = structuredClone(good);
    change(copy);
    return JSON.stringify(copy, null, 2);
  };
  const refused: readonly (readonly [string, string, RegExp, RegExp?])[] = [
    ['broken JSON', '{\n  "skills": [,]\n}', /^skills\.lock\.json:2:14: /],
    [
      'a merge conflict',
      '{\n  "lockfileVersion": 1,\n<<<<<<< HEAD\n=======\n>>>>>>> b\n}',
      /:3:1: a merge conflict/,
      /run: skills install/,
    ],
    ['no version', '{}', /"lockfileVersion" must be 1/],
    [
      'a newer version',
      '{"lockfileVersion":2,"skills":5}',
      /:1:2: the lock has version 2, and this skills reads up to 1/,
      /update skills/,
    ],
    ['a version that is text', '{"lockfileVersion":"1"}', /must be 1/],
    ['a list', '[]', /must be an object/, /back from git, or delete it/],
    ['what is not JSON', 'not JSON', /^skills\.lock\.json:1:1: /, /back from git, or delete it/],
    ['a wrong type', '{"lockfileVersion":1,"skills":{}}', /"skills" must be a list/, /back from git, or delete it/],
    ['an entry without a source', altered((lock) => delete lock.skills[0].source), /"source" is missing/],
    [
      'a wrong name',
      altered((lock) => {
        lock.skills[0].name = '../x';
      }),
      /:6:7: "\.\.\/x" is not a skill's name/,
    ],
    [
      'a path out of the project',
      altered((lock) => {
        lock.skills[0].path = '../../.ssh';
      }),
      /leads out of the project/,
    ],
    [
      'an absolute path',
      altered((lock) => {
        lock.skills[0].path = '/etc';
      }),
      /leads out of the project/,
    ],
    [
      'a path of Windows',
      altered((lock) => {
        lock.skills[0].path = 'C:\\x';
      }),
      /leads out of the project/,
    ],
    [
      'a path with backslashes',
      altered((lock) => {
        lock.skills[0].path = 'a\\..\\..\\b';
      }),
      /leads out of the project/,
    ],
    [
      'the project itself',
      altered((lock) => {
        lock.skills[0].path = '.';
      }),
      /leads out of the project/,
    ],
    [
      'another place out of it',
      altered((lock) => {
        lock.skills[0].additionalPaths = ['../a'];
      }),
      /"\.\.\/a" leads out/,
    ],
    [
      'an empty tag',
      altered((lock) => {
        lock.skills[0].source.tag = '';
      }),
      /"tag" must be a string that is not empty/,
    ],
    [
      'a wrong tag',
      altered((lock) => {
        lock.skills[0].source.tag = 'a b';
      }),
      /"a b" is not a tag/,
    ],
    [
      'a wrong registry',
      altered((lock) => {
        lock.skills[0].source.registry = 'nohost';
      }),
      /"nohost" is not a registry/,
    ],
    [
      'a wrong repository',
      altered((lock) => {
        lock.skills[0].source.repository = '../x';
      }),
      /is not a repository name/,
    ],
    [
      'a wrong digest',
      altered((lock) => {
        lock.skills[0].source.digest = 'sha256:1';
      }),
      /"sha256:1" is not a digest/,
    ],
    [
      'a ref of another digest',
      altered((lock) => {
        lock.skills[0].source.digest = other;
      }),
      /"ref" does not agree/,
    ],
    [
      'a wrong commit',
      altered((lock) => {
        lock.otherSkills[0].source.commit = 'main';
      }),
      /"main" is not a commit/,
    ],
    [
      'an unknown kind',
      altered((lock) => {
        lock.otherSkills[0].source.type = 'ftp';
      }),
      /"ftp" is not a kind of source/,
      /layout, git/,
    ],
    [
      'one name twice',
      altered((lock) => {
        lock.otherSkills[0].name = 'pdf';
      }),
      /pdf is locked twice/,
    ],
    [
      'a wrong size',
      altered((lock) => {
        lock.skills[0].layer = { mediaType: 'x', digest, size: -1 };
      }),
      /number of bytes/,
    ],
    [
      'a wrong range',
      altered((lock) => {
        lock.skills[0].dependencies = [{ name: 'a', range: 'x y!' }];
      }),
      /"x y!" is not a range/,
    ],
  ];
  for (const [what, text, why, hint] of refused) {
    it(`refuses ${what}`, () => {
      const error = errorOf(() => readLock(text));
      expect([error.code, error.exitCode]).to.deep.equal(['ERR_LOCK_INVALID', 8]);
      expect(error.message).to.match(why);
      if (hint) expect(error.hint).to.match(hint);
    });
  }
});

describe('a project whose path holds the word lock', () => {
  it('is not taken for a lock', () => {
    expect(errorOf(() => readProject('', '/home/lock/skills.json')).hint).to.match(/mend the JSON/);
    expect(errorOf(() => readProject('<<<<<<< a\n', '/home/lock/skills.json')).hint).to.match(/remove the markers/);
  });
});

describe('checkAgreement', () => {
  const project = (...skills: Record<string, unknown>[]) =>
    readProject(JSON.stringify({ registries: { r: 'reg.io/x' }, skills }));
  const pdf = { name: 'pdf', source: 'reg.io/x/pdf', version: '^1' };
  const lockedPdf = oci('pdf', { range: '^1' });

  const rows: readonly (readonly [string, Record<string, unknown>[], Lockfile, readonly (RegExp | string)[]])[] = [
    ['nothing and nothing', [], emptyLock, []],
    ['what is locked as asked', [pdf], lockOf(lockedPdf), []],
    ['a bare name of the registry', [{ name: 'pdf', version: '^1' }], lockOf(lockedPdf), []],
    ['latest and *', [{ ...pdf, version: 'latest' }], lockOf(oci('pdf', { range: '*' })), []],
    ['what is not locked', [pdf], emptyLock, ['pdf is in skills.json and not in the lock']],
    [
      'another range',
      [{ ...pdf, version: '^2' }],
      lockOf(lockedPdf),
      [/asked for as \^2 in skills\.json, and as \^1 in the lock/],
    ],
    [
      'another source',
      [{ ...pdf, source: 'reg.io/y/pdf' }],
      lockOf(lockedPdf),
      [/comes from reg\.io\/y\/pdf in skills\.json/],
    ],
    ['what was taken out', [], lockOf(lockedPdf), [/pdf is in the lock as asked for, and not in skills\.json/]],
    ['an orphan', [pdf], lockOf(lockedPdf, oci('old')), ['old is in the lock, and nothing requires it']],
    ['a dependency', [pdf], lockOf({ ...lockedPdf, dependencies: [needs('xlsx', '^1')] }, oci('xlsx')), []],
    [
      'a dependency that is not locked',
      [pdf],
      lockOf({ ...lockedPdf, dependencies: [needs('xlsx', '^1')] }),
      [/pdf requires xlsx \^1, which is not in the lock/],
    ],
    [
      'an optional one that is not locked',
      [pdf],
      lockOf({ ...lockedPdf, dependencies: [{ ...needs('xlsx'), optional: true }] }),
      [],
    ],
    [
      'a dependency at a wrong version',
      [pdf],
      lockOf({ ...lockedPdf, dependencies: [needs('xlsx', '^2')] }, oci('xlsx')),
      [/pdf requires xlsx \^2, and 1\.0\.0 is locked/],
    ],
    [
      'a stand-in',
      [pdf, { name: 'better', source: 'reg.io/x/better' }],
      lockOf(
        { ...lockedPdf, dependencies: [{ ...needs('xlsx', '^9'), providedBy: 'better' }] },
        oci('better', { range: '*' }),
      ),
      [],
    ],
    [
      'a scoped dependency, and a cycle',
      [pdf],
      lockOf({ ...lockedPdf, dependencies: [needs('@a/b')] }, oci('b', { dependencies: [needs('pdf')] })),
      [],
    ],
    [
      'a git skill as asked',
      [{ name: 'web', source: 'o/r/web', version: 'main' }],
      lockOf(git('web', { range: 'main' })),
      [],
    ],
    [
      'another branch',
      [{ name: 'web', source: 'o/r/web', version: 'dev' }],
      lockOf(git('web', { range: 'main' })),
      [/as dev in skills\.json/],
    ],
    ['a lock of another tool', [{ ...pdf, version: '1.0.0' }], lockOf(oci('pdf')), []],
    [
      'a lock of another tool by tag',
      [{ ...pdf, version: 'stable' }],
      lockOf(oci('pdf')),
      [/as stable in skills\.json, and as 1\.0\.0/],
    ],
    ['a lock of another tool by digest', [{ ...pdf, version: digest }], lockOf(oci('pdf')), []],
    ['a lock of another tool that is too old', [{ ...pdf, version: '^2' }], lockOf(oci('pdf')), [/as \^2/]],
  ];
  for (const [what, skills, lock, expected] of rows) {
    it(`${expected.length > 0 ? 'names' : 'accepts'} ${what}`, () => {
      const found = findDifferences(project(...skills), lock);
      expect(found).to.have.length(expected.length);
      for (const [index, why] of expected.entries()) {
        if (typeof why === 'string') expect(found[index]).to.equal(why);
        else expect(found[index]).to.match(why);
      }
    });
  }

  it('throws all differences at once', () => {
    const error = errorOf(() => checkAgreement(project(pdf, { name: 'xlsx' }), lockOf(oci('old'))));
    expect([error.code, error.exitCode]).to.deep.equal(['ERR_LOCK_OUTDATED', 4]);
    expect(error.message.split('\n')).to.have.length(4);
    expect(error.data?.differences).to.have.length(3);
    expect(error.hint).to.match(/without --frozen/);
    checkAgreement(project(pdf), lockOf(lockedPdf));
  });
});

describe('removeFromLock', () => {
  const lock = lockOf(
    oci('app', { range: '*', dependencies: [needs('lib'), needs('both')] }),
    oci('tool', { range: '^1', dependencies: [needs('both')] }),
    oci('lib', { requiredBy: ['app'], dependencies: [needs('deep')] }),
    oci('deep', { requiredBy: ['lib'], dependencies: [needs('lib')] }),
    git('both', { range: 'main', requiredBy: ['app', 'tool'] }),
  );
  const names = (entries: readonly { name: string }[]) => entries.map(({ name }) => name);

  it('takes out what only the removed one needed, cycles too', () => {
    const { removed, stillRequired, lock: after } = removeFromLock(lock, ['app']);
    expect(names(removed)).to.deep.equal(['app', 'deep', 'lib']);
    expect(stillRequired).to.deep.equal([]);
    expect(findLocked(after, 'both')?.requiredBy).to.deep.equal(['tool']);
  });

  it('leaves what others need, no longer as asked for', () => {
    const { removed, stillRequired, lock: after } = removeFromLock(lock, ['both']);
    expect([names(removed), names(stillRequired)]).to.deep.equal([[], ['both']]);
    expect(findLocked(after, 'both')).not.to.have.property('range');
  });

  it('passes over what is not locked, and keeps what a foreign lock does not explain', () => {
    expect(formatLock(removeFromLock(lock, ['none']).lock)).to.equal(formatLock(lock));
    expect(names(removeFromLock(lockOf(oci('a'), oci('b')), ['a']).lock.skills)).to.deep.equal(['b']);
  });
});
