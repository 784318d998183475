import { expect } from 'chai';
import {
  addSkill,
  checkSource,
  editProject,
  noPlace,
  parseSpec,
  placeDependency,
  placeSpec,
  readPrefix,
  readProject,
  removeSkills,
  setProjectValue,
  specOfEntry,
} from '../../../src/resolve/index.ts';
import { errorOf } from '../failing.ts';

const digest = `sha256:${'c3'.repeat(32)}`;

describe('readProject', () => {
  it('reads a missing file as a project that asks for nothing', () => {
    expect(readProject(undefined)).to.deep.equal({ registries: new Map(), scopes: new Map(), skills: [] });
    expect(readProject('{}').skills).to.deep.equal([]);
  });

  it('reads what Arconia writes', () => {
    const text =
      '{"skills":[{"name":"pull-request","source":"ghcr.io/arconia-io/agent-skills/pull-request","version":"1.2.0","additionalBasePaths":[".claude/skills"]}]}';
    expect(readProject(text).skills).to.deep.equal([
      {
        name: 'pull-request',
        source: 'ghcr.io/arconia-io/agent-skills/pull-request',
        version: '1.2.0',
        additionalBasePaths: ['.claude/skills'],
      },
    ]);
  });

  it('reads registries, scopes, the default and the index', () => {
    const project = readProject(
      JSON.stringify({
        registries: {
          acme: { url: 'https://ghcr.io/acme/skills/', default: true, index: 'https://index.acme.com' },
          local: 'http://localhost:5000',
        },
        scopes: { '@acme': 'acme', '@x': 'reg.x.com/team' },
        index: 'https://skills.acme.com',
      }),
    );
    expect(project.defaultRegistry).to.equal('ghcr.io/acme/skills');
    expect(project.index).to.equal('https://skills.acme.com');
    expect([...project.scopes]).to.deep.equal([
      ['@acme', 'ghcr.io/acme/skills'],
      ['@x', 'reg.x.com/team'],
    ]);
    expect(project.registries.get('local')).to.deep.equal({
      prefix: 'localhost:5000',
      default: false,
      plainHttp: true,
    });
    expect(project.registries.get('acme')?.index).to.equal('https://index.acme.com');
    expect(readProject('{"registries":{"a":"ghcr.io/a"}}').defaultRegistry).to.equal('ghcr.io/a');
    expect(readProject('{"registries":{"a":"ghcr.io/a","b":"ghcr.io/b"}}').defaultRegistry).to.equal(undefined);
  });

  const entries: readonly (readonly [Record<string, unknown>, Record<string, unknown>])[] = [
    [{ name: 'pdf' }, { kind: 'name', name: 'pdf', range: '' }],
    [
      { name: 'pdf', source: '@acme/pdf', version: '^1' },
      { kind: 'name', scope: '@acme', range: '^1' },
    ],
    [
      { name: 'pdf', source: 'ghcr.io/a/pdf', version: digest },
      { kind: 'oci', range: digest },
    ],
    [
      { name: 'pdf', source: 'o/r/pdf', version: 'feature/x' },
      { kind: 'git', ref: 'feature/x', path: 'pdf' },
    ],
    [
      { name: 'pdf', source: 'oci-layout:./d', version: '1.0.0' },
      { kind: 'layout', key: '1.0.0' },
    ],
    [
      { name: 'pdf', source: './skills/pdf' },
      { kind: 'folder', path: './skills/pdf' },
    ],
    [{ name: 'cloud.aws', source: 'ghcr.io/a/cloud-aws' }, { kind: 'oci' }],
  ];
  for (const [entry, expected] of entries) {
    it(`reads ${JSON.stringify(entry)}`, () => {
      const [skill] = readProject(JSON.stringify({ skills: [entry] })).skills;
      if (!skill) throw new Error('no skill was read');
      expect(specOfEntry(skill)).to.deep.include(expected);
    });
  }

  const refused: readonly (readonly [string, RegExp, RegExp?])[] = [
    ['', /^skills\.json:1:1: /, /mend the JSON at this place/],
    ['{"skills":[\n  {"name":"a",}\n]}', /^skills\.json:2:\d+: /, /mend the JSON at this place/],
    ['[]', /^skills\.json:1:1: the file must be an object/, /looks like \{ "skills": \[\{ "name": "pdf"/],
    ['{"skills":{}}', /:1:2: "skills" must be a list/, /an entry of "skills" looks like \{ "name": "pdf"/],
    ['{"skills":["x"]}', /"skills\.0" must be an object/, /an entry of "skills" looks like/],
    ['{"registries":[]}', /"registries" must be an object/, /looks like \{ "acme": "ghcr\.io/],
    ['{"scopes":1}', /"scopes" must be an object/, /looks like \{ "@acme"/],
    ['{"skills":[\n  {"source":"o/r"}]}', /^skills\.json:2:\d+: "name" is missing/],
    ['{"skills":[\n  {"name":"PDF"}]}', /^skills\.json:2:4: "PDF" is not a skill's name/],
    ['{"skills":[{"name":"a"},\n{"name":"a"}]}', /^skills\.json:2:2: a is listed twice/, /keep one/],
    ['{"skills":[{"name":"a.b"},{"name":"a-b"}]}', /a-b is listed twice/],
    ['{"skills":[{"name":"a","source":"x:y:z"}]}', /"x:y:z" is not understood/],
    ['{"skills":[{"name":"a","source":"ghcr.io/x/a:1.0.0"}]}', /names a version, "1\.0\.0"/, /"version": "1\.0\.0"/],
    ['{"skills":[{"name":"a","source":"o/r@main"}]}', /names a version, "main"/],
    ['{"skills":[{"name":"a","version":"not one!"}]}', /"not one!" is neither a version range/],
    ['{"skills":[{"name":"a","version":""}]}', /must be a string that is not empty/],
    ['{"skills":[{"name":"a","source":"./a","version":"^1"}]}', /a folder has no versions/, /leave "version" out/],
    ['{"skills":[{"name":"a","additionalBasePaths":[1]}]}', /must be a list of strings/],
    ['{"registries":{"a":"nothing"}}', /"nothing" is not a registry/, /host and path/],
    ['{"registries":{"a":"ghcr.io/A"}}', /is not a registry/],
    ['{"registries":{"a":{"prefix":"x.io","default":1}}}', /"default" must be true or false/],
    ['{"registries":{"a":{"prefix":"x.io","default":true},"b":{"prefix":"y.io","default":true}}}', /a and b are both/],
    ['{"scopes":{"acme":"ghcr.io/a"}}', /does not begin with "@"/],
    ['{"scopes":{"@acme":"unknown"}}', /neither a registry nor the name of one/],
    [
      '{\n<<<<<<< HEAD\n"a":1\n=======\n"a":2\n>>>>>>> x\n}',
      /^skills\.json:2:1: a merge conflict is not resolved/,
      /remove the markers/,
    ],
  ];
  for (const [text, why, hint] of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const error = errorOf(() => readProject(text));
      expect([error.code, error.exitCode]).to.deep.equal(['ERR_LOCK_INVALID', 8]);
      expect(error.message).to.match(why);
      expect(error.data).to.include.keys('file', 'line', 'column');
      if (hint) expect(error.hint).to.match(hint);
    });
  }
});

describe('editProject', () => {
  const text = `{
    "$schema": "https://example.com/s.json",
    "skills": [
        {
            "note": "kept",
            "version": "^1",
            "name": "pdf",
            "source": "ghcr.io/a/pdf"
        }
    ],
    "zebra": {
        "b": 1,
        "a": 2
    }
}
`;

  it('keeps unknown keys, the order and the indentation', () => {
    const changed = editProject(text, [addSkill({ name: 'pdf', source: 'ghcr.io/a/pdf', version: '^2' })]);
    expect(changed).to.equal(text.replace('^1', '^2'));
  });

  it('gives the same text back where nothing changes', () => {
    const odd = '{"skills":[{"name":"pdf","source":"ghcr.io/a/pdf"}]  }';
    expect(editProject(odd, [addSkill({ name: 'pdf', source: 'ghcr.io/a/pdf' }), removeSkills(['other'])])).to.equal(
      odd,
    );
  });

  it('adds at the end, and removes', () => {
    const added = editProject(text, [
      addSkill({ name: 'xlsx', source: 'o/r/xlsx', additionalBasePaths: ['.claude/skills'] }),
    ]);
    expect(readProject(added).skills.map(({ name }) => name)).to.deep.equal(['pdf', 'xlsx']);
    expect(editProject(added, [removeSkills(['xlsx'])])).to.equal(text);
  });

  it('takes a version out where the newest is asked for', () => {
    const changed = editProject(text, [addSkill({ name: 'pdf', source: 'ghcr.io/a/pdf', version: undefined })]);
    expect(changed).not.to.contain('"version"');
  });

  it('makes a file that was not there', () => {
    expect(editProject(undefined, [addSkill({ name: 'pdf', source: './pdf' })])).to.equal(
      '{\n  "skills": [\n    {\n      "name": "pdf",\n      "source": "./pdf"\n    }\n  ]\n}\n',
    );
  });

  it('keeps tabs, CRLF, a missing last line break and a byte-order mark', () => {
    const windows = '\uFEFF{\r\n\t"skills": []\r\n}';
    const changed = editProject(windows, [setProjectValue(['index'], 'https://i.acme.com')]);
    expect(changed).to.equal('\uFEFF{\r\n\t"skills": [],\r\n\t"index": "https://i.acme.com"\r\n}');
  });

  it('sets and removes registries and scopes', () => {
    const set = editProject('{}', [
      setProjectValue(['registries', 'acme'], { prefix: 'ghcr.io/acme', default: true }),
      setProjectValue(['scopes', '@acme'], 'acme'),
    ]);
    expect(readProject(set).scopes.get('@acme')).to.equal('ghcr.io/acme');
    expect(JSON.parse(editProject(set, [setProjectValue(['scopes', '@acme'], undefined)]))).to.deep.equal({
      registries: { acme: { prefix: 'ghcr.io/acme', default: true } },
      scopes: {},
    });
  });

  it('knows a skill by its dotted id too', () => {
    const dotted = '{"skills":[{"name":"cloud.aws","source":"o/r"}]}';
    expect(JSON.parse(editProject(dotted, [removeSkills(['cloud-aws'])]))).to.deep.equal({ skills: [] });
    const changed = editProject(dotted, [addSkill({ name: 'cloud-aws', source: 'o/r', version: 'v2' })]);
    expect(JSON.parse(changed).skills).to.deep.equal([{ name: 'cloud.aws', source: 'o/r', version: 'v2' }]);
  });

  it('refuses to write what cannot be read, and to edit what is broken', () => {
    expect(errorOf(() => editProject('{}', [setProjectValue(['scopes', 'x'], 'y')])).code).to.equal('ERR_LOCK_INVALID');
    expect(errorOf(() => editProject('{"skills":1}', [removeSkills(['a'])])).code).to.equal('ERR_LOCK_INVALID');
  });
});

describe('placing names', () => {
  const places = { scopes: new Map([['@acme', 'ghcr.io/acme/skills']]), defaultRegistry: 'reg.io/pub' };

  it('places names, scopes and everything else', () => {
    const placed = ['pdf@^1', '@acme/pdf', 'ghcr.io/x/pdf:1.0.0', 'o/r/a@main', './a'].map((text) =>
      placeSpec(parseSpec(text), places),
    );
    expect(placed).to.deep.equal(['reg.io/pub/pdf', 'ghcr.io/acme/skills/pdf', 'ghcr.io/x/pdf', 'o/r/a', './a']);
  });

  it('has no registry of its own', () => {
    const error = errorOf(() => placeSpec(parseSpec('pdf'), { scopes: new Map() }));
    expect([error.code, error.exitCode]).to.deep.equal(['ERR_NO_REGISTRY', 2]);
    expect(error.hint)
      .to.match(/skills registry add/)
      .and.to.match(/owner\/repo/);
    expect(errorOf(() => placeSpec(parseSpec('@x/pdf'), places)).hint).to.match(/--scope @x/);
  });

  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ['ghcr.io/acme/skills/report', 'pdf', ['ghcr.io/acme/skills/pdf', 'reg.io/pub/pdf']],
    ['localhost:5000/report', 'pdf', ['localhost:5000/pdf', 'reg.io/pub/pdf']],
    ['reg.io/pub/report', 'pdf', ['reg.io/pub/pdf']],
    ['ghcr.io/x/report', '@acme/pdf', ['ghcr.io/acme/skills/pdf']],
    ['ghcr.io/x/report', '@none/pdf', []],
    ['ghcr.io/x/report', 'cloud.aws', ['ghcr.io/x/cloud-aws', 'reg.io/pub/cloud-aws']],
    ['ghcr.io/x/report', 'mine', ['ghcr.io/me/mine']],
    ['ghcr.io/x/report', '@acme/mine', ['ghcr.io/me/mine']],
    ['ghcr.io/x/report', 'ghcr.io/y/pdf', ['ghcr.io/y/pdf']],
    ['ghcr.io/x/report', 'ghcr.io/y/mine', ['ghcr.io/me/mine']],
    ['ghcr.io/x/report', '../../etc', []],
    ['ghcr.io/x/report', 'git+file:///home/ann/notes', []],
    ['ghcr.io/x/report', 'oci-layout:/home/ann/reg', []],
    ['o/r/skills/report', 'pdf', ['o/r/skills/pdf', 'reg.io/pub/pdf']],
    ['o/r/report', 'pdf', ['o/r/pdf', 'reg.io/pub/pdf']],
    ['o/r', 'pdf', ['reg.io/pub/pdf']],
    ['git@h.com:o/r.git#:a/report', 'pdf', ['git@h.com:o/r.git#:a/pdf', 'reg.io/pub/pdf']],
    ['./skills/report', 'pdf', ['./skills/pdf', 'reg.io/pub/pdf']],
    ['..', 'pdf', ['reg.io/pub/pdf']],
    ['oci-layout:./reg/report', 'pdf', ['oci-layout:./reg/pdf', 'reg.io/pub/pdf']],
    ['oci-layout:a.tar:x.io/y/report', 'pdf', ['oci-layout:a.tar:x.io/y/pdf', 'reg.io/pub/pdf']],
    ['https://a.com/report.spm', 'pdf', ['reg.io/pub/pdf']],
    ['./report.spm', 'pdf', ['reg.io/pub/pdf']],
  ];
  const overrides = new Map([['mine', 'ghcr.io/me/mine']]);
  for (const [dependent, name, expected] of rows) {
    it(`looks for ${name} of ${dependent} at [${expected}]`, () =>
      expect(placeDependency(dependent, name, { ...places, overrides })).to.deep.equal(expected));
  }

  it('says what to do where there is no place', () => {
    expect(placeDependency('./report.spm', 'pdf', { scopes: new Map() })).to.deep.equal([]);
    expect(noPlace('./report.spm', 'pdf')).to.include({ code: 'ERR_NO_REGISTRY' });
  });

  it('reads prefixes as people write them', () => {
    const read = ['ghcr.io', 'https://ghcr.io/acme/', 'oci://ghcr.io/a/b', 'acme', 'https://ghcr.io/A', ''].map(
      (text) => readPrefix(text)?.prefix,
    );
    expect(read).to.deep.equal(['ghcr.io', 'ghcr.io/acme', 'ghcr.io/a/b', undefined, undefined, undefined]);
  });
});

describe('checkSource', () => {
  it('holds a name to its source', () => {
    checkSource('pdf', undefined, 'ghcr.io/a/pdf');
    checkSource('pdf', 'ghcr.io/a/pdf', 'ghcr.io/a/pdf');
    const error = errorOf(() => checkSource('pdf', 'ghcr.io/a/pdf', 'ghcr.io/evil/pdf'));
    expect([error.name, error.code, error.exitCode]).to.deep.equal(['TrustError', 'ERR_UNTRUSTED', 7]);
    expect(error.message).to.contain('ghcr.io/a/pdf').and.to.contain('ghcr.io/evil/pdf');
    expect(error.hint).to.contain('--accept-source pdf');
  });
});
