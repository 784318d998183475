import { expect } from 'chai';
import { SkillsError } from '../../src/core/index.ts';
import { bodyOf, filesInMemory, fixSkill, requireSkill, splitTools } from '../../src/manifest/index.ts';
import { plainMd, read, readClean, skillMd, summaries } from './support.ts';

const long = (length: number) => 'x'.repeat(length);

interface Case {
  readonly description: string;
  readonly text: string;
  readonly folder?: string;
  readonly problems: readonly string[];
}

const cases: readonly Case[] = [
  { description: 'name and description alone', text: plainMd, problems: [] },
  {
    description: 'every field of agentskills.io',
    text: skillMd(
      'name: pdf\ndescription: Reads\nlicense: MIT\ncompatibility: Needs python3\nallowed-tools: Bash(git:*) Read\nmetadata:\n  version: "1.0.0"\n  team: docs',
    ),
    problems: [],
  },
  {
    description: 'no frontmatter',
    text: '# Hi\n',
    problems: ['error skill-md/frontmatter SKILL.md:1:1'],
  },
  {
    description: 'a frontmatter left open',
    text: '---\nname: pdf\n',
    problems: ['error skill-md/frontmatter SKILL.md:1:1'],
  },
  { description: 'an empty text', text: '', problems: ['error skill-md/frontmatter SKILL.md:1:1'] },
  { description: 'a list as frontmatter', text: skillMd('- a\n- b'), problems: ['error file/not-a-map SKILL.md:2:1'] },
  {
    description: 'YAML beyond mending',
    text: skillMd('name: pdf\n\tdescription: x'),
    problems: ['error file/broken SKILL.md:3:1'],
  },
  {
    description: 'a name twice',
    text: skillMd('name: pdf\nname: pdf\ndescription: x'),
    problems: ['error file/broken SKILL.md:3:1'],
  },
  { description: 'no description', text: skillMd('name: pdf'), problems: ['error skill/description SKILL.md:2:1'] },
  {
    description: 'an empty description',
    text: skillMd('name: pdf\ndescription: ""'),
    problems: ['error skill/description SKILL.md:3:1'],
  },
  {
    description: 'no name: the folder has it',
    text: skillMd('description: x'),
    problems: ['warning skill/name SKILL.md:2:1'],
  },
  {
    description: 'a name that is the folder in other letters',
    text: skillMd('name: PDF\ndescription: x'),
    problems: ['warning skill-md/name-format SKILL.md:2:1'],
  },
  {
    description: 'a name that is none',
    text: skillMd('name: My Skill\ndescription: x'),
    problems: ['error skill-md/name-format SKILL.md:2:1'],
  },
  {
    description: 'a name with two hyphens',
    text: skillMd('name: p--df\ndescription: x'),
    folder: 'p-df',
    problems: ['warning skill-md/name-format SKILL.md:2:1'],
  },
  {
    description: 'another folder',
    text: plainMd,
    folder: 'docs',
    problems: ['warning skill-md/name-folder SKILL.md:2:1'],
  },
  { description: 'an unknown folder', text: plainMd, folder: '', problems: [] },
  { description: 'a description of 1024', text: skillMd(`name: pdf\ndescription: ${long(1024)}`), problems: [] },
  {
    description: 'a description of 1025',
    text: skillMd(`name: pdf\ndescription: ${long(1025)}`),
    problems: ['warning skill-md/length SKILL.md:3:1'],
  },
  {
    description: 'a compatibility of 501',
    text: skillMd(`name: pdf\ndescription: x\ncompatibility: ${long(501)}`),
    problems: ['warning skill-md/length SKILL.md:4:1'],
  },
  {
    description: 'no body',
    text: '---\nname: pdf\ndescription: x\n---\n',
    problems: ['warning skill-md/empty-body SKILL.md:2:1'],
  },
  {
    description: 'a number as licence',
    text: skillMd('name: pdf\ndescription: x\nlicense: 2.0'),
    problems: ['warning field/quote SKILL.md:4:1'],
  },
  {
    description: 'a map as licence',
    text: skillMd('name: pdf\ndescription: x\nlicense:\n  name: MIT'),
    problems: ['warning field/type SKILL.md:4:1'],
  },
  {
    description: 'a field without value',
    text: skillMd('name: pdf\ndescription: x\nlicense:'),
    problems: ['warning field/empty SKILL.md:4:1'],
  },
  {
    description: 'metadata that is no text',
    text: skillMd('name: pdf\ndescription: x\nmetadata:\n  a:\n    b: c'),
    problems: ['warning field/type SKILL.md:5:3'],
  },
  {
    description: 'an unknown field',
    text: skillMd('name: pdf\ndescription: x\nicon: star'),
    problems: ['warning skill-md/unexpected-field SKILL.md:4:1'],
  },
  {
    description: "a field of Claude Code's",
    text: skillMd('name: pdf\ndescription: x\nmodel: opus'),
    problems: ['warning skill-md/unexpected-field SKILL.md:4:1'],
  },
  {
    description: 'another spelling',
    text: skillMd('name: pdf\ndescription: x\nallowedTools: Read'),
    problems: ['warning field/spelling SKILL.md:4:1'],
  },
  {
    description: 'allowed-tools as a list',
    text: skillMd('name: pdf\ndescription: x\nallowed-tools:\n  - Read\n  - Bash(git add:*)'),
    problems: ['warning skill-md/allowed-tools SKILL.md:4:1'],
  },
  {
    description: 'allowed-tools with commas',
    text: skillMd('name: pdf\ndescription: x\nallowed-tools: Read, Write'),
    problems: ['warning skill-md/allowed-tools SKILL.md:4:1'],
  },
  {
    description: 'a version that is none',
    text: skillMd('name: pdf\ndescription: x\nmetadata:\n  version: soon'),
    problems: ['warning skill/version SKILL.md:5:3'],
  },
  {
    description: 'a short version',
    text: skillMd('name: pdf\ndescription: x\nmetadata:\n  version: "1.0"'),
    problems: ['warning skill/version SKILL.md:5:3'],
  },
  {
    description: 'flow style, which StrictYAML refuses',
    text: skillMd('name: pdf\ndescription: x\nmetadata: {a: b}'),
    problems: ['warning skill-md/strict-yaml SKILL.md:4:11'],
  },
  {
    description: 'brackets inside a block text are no flow style',
    text: skillMd('name: pdf\ndescription: >\n  [a] text:\n  {b}'),
    problems: [],
  },
  {
    description: 'an unquoted colon',
    text: skillMd('name: pdf\ndescription: Reads: PDF'),
    problems: ['warning skill-md/quoting SKILL.md:3:14'],
  },
  {
    description: 'an unquoted colon in a folded text',
    text: skillMd('name: pdf\ndescription: Reads PDF\n  and then: more\nlicense: MIT'),
    problems: ['warning skill-md/quoting SKILL.md:3:14'],
  },
];

describe('SKILL.md', () => {
  for (const { description, text, folder, problems } of cases) {
    it(description, () => {
      const found = summaries(read({ 'SKILL.md': text }, folder).problems);
      for (const problem of problems) expect(found.join('\n')).to.include(problem.replace(/:+$/, ''));
      if (problems.length === 0) expect(found).to.deep.equal([]);
    });
  }

  describe('that is broken says the real cause, and nothing of what only comes from it', () => {
    const rows: readonly (readonly [string, string, string, RegExp])[] = [
      [
        'left open',
        '---\nname: pdf\ndescription: x\n# Hi\n',
        'error skill-md/frontmatter SKILL.md:1:1',
        /a line with ---/,
      ],
      [
        'tabs',
        skillMd('name: pdf\ndescription: x\nmetadata:\n\ta: b'),
        'error file/broken SKILL.md:5:1',
        /mend the text/,
      ],
      [
        'a key twice',
        skillMd('name: pdf\nname: pdf\ndescription: x'),
        'error file/broken SKILL.md:3:1',
        /mend the text/,
      ],
      ['no frontmatter', '# Hi\n', 'error skill-md/frontmatter SKILL.md:1:1', /begin the file with ---/],
      ['no fields', skillMd('hello'), 'error file/not-a-map SKILL.md:2:1', /key: value/],
      ['a list for a text', skillMd('name: pdf\ndescription:\n- a'), 'error field/type SKILL.md:3:1', /write a text/],
    ];
    for (const [what, text, problem, hint] of rows) {
      it(what, () => {
        expect(summaries(read({ 'SKILL.md': text }).problems)).to.deep.equal([problem]);
        const required = () => requireSkill(filesInMemory('pdf', { 'SKILL.md': text }));
        expect(required)
          .to.throw(SkillsError, /has an error/)
          .with.property('hint')
          .that.matches(hint);
      });
    }

    it('a list for a name: the folder has it', () => {
      const { manifest, problems } = read({ 'SKILL.md': skillMd('name:\n- pdf\ndescription: x') });
      expect(summaries(problems)).to.deep.equal(['warning field/type SKILL.md:2:1']);
      expect([manifest?.name, problems[0]?.message]).to.deep.equal(['pdf', 'name must be a text, and is a list']);
    });

    it('says only of the broken one of two files that it is broken', () => {
      const files = { 'SKILL.md': skillMd('name: pdf\ndescription: x'), 'skill.yaml': 'a: [b' };
      expect(summaries(read(files).problems).join()).to.match(/^error file\/broken skill\.yaml:1:\d+$/);
    });
  });

  it('reads every field', () => {
    const text =
      'name: pdf\ndescription: Reads\nlicense: MIT\ncompatibility: Needs python3\nallowed-tools: Bash(git add:*) Read\nmetadata:\n  version: 1.2.0\n  author: Ann, Bob\n  tags: a, b\n  homepage: https://example.com\n  source: https://example.com/git\n  team: docs';
    expect(readClean({ 'SKILL.md': skillMd(text) })).to.deep.include({
      license: 'MIT',
      compatibility: 'Needs python3',
      allowedTools: ['Bash(git add:*)', 'Read'],
      version: '1.2.0',
      authors: ['Ann', 'Bob'],
      tags: ['a', 'b'],
      homepage: 'https://example.com',
      repository: 'https://example.com/git',
      metadata: { team: 'docs' },
    });
  });

  it('reads CRLF, a byte-order mark and positions in them', () => {
    const text = '\uFEFF---\r\nname: pdf\r\ndescription: x\r\nicon: star\r\n---\r\n\r\nDo it.\r\n';
    const { manifest, problems } = read({ 'SKILL.md': text });
    expect(manifest).to.include({ name: 'pdf', description: 'x' });
    expect(summaries(problems)).to.deep.equal(['warning skill-md/unexpected-field SKILL.md:4:1']);
  });

  it('keeps a value with a colon whole', () => {
    const { manifest } = read({
      'SKILL.md': skillMd('name: pdf\ndescription: Use when: a\n  and: b # c\nlicense: MIT'),
    });
    expect(manifest).to.include({ description: 'Use when: a and: b # c', license: 'MIT' });
  });

  it('reads brackets that are no list', () => {
    const { manifest } = read({ 'SKILL.md': skillMd('name: pdf\ndescription: x\nargument-hint: [file] [more]') });
    expect(manifest).to.include({ name: 'pdf', description: 'x' });
  });

  it('warns that skill.md is not SKILL.md, and reads it', () => {
    const { manifest, problems } = read({ 'skill.md': plainMd });
    expect(summaries(problems)).to.deep.equal(['warning skill-md/file-name skill.md']);
    expect(manifest?.instructionsFile).to.equal('skill.md');
  });

  it('says that there is no skill', () => {
    const { manifest, problems } = read({ 'README.md': '# x' });
    expect(manifest).to.equal(undefined);
    expect(summaries(problems)).to.deep.equal(['error skill/none SKILL.md']);
  });
});

describe('the fixes of SKILL.md', () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['version', 'version: 1.0.0', 'metadata:\n  version: "1.0.0"'],
    [
      'three fields',
      'version: 1.0\nauthor: Ann\ntags: [a, b]',
      'metadata:\n  tags: "a, b"\n  author: "Ann"\n  version: "1.0"',
    ],
    ['into a map below', 'version: 1.0.0\nmetadata:\n  a: b', 'metadata:\n  version: "1.0.0"\n  a: b'],
    ['into a map above', 'metadata:\n  a: b\nversion: 1.0.0', 'metadata:\n  version: "1.0.0"\n  a: b'],
    ['spelling', 'allowedTools: Read', 'allowed-tools: Read'],
    ['list of tools', 'allowed-tools:\n  - Read\n  - Write', 'allowed-tools: Read Write'],
    ['list of tools in another spelling', 'allowed_tools: [Read, Write]', 'allowed-tools: Read Write'],
    ['number', 'metadata:\n  build: 7', 'metadata:\n  build: "7"'],
    ['colon', 'license: MIT: really', 'license: "MIT: really"'],
  ];
  for (const [description, before, after] of rows) {
    it(description, () => {
      const text = skillMd(`name: pdf\ndescription: x\n${before}`);
      const { changed, fixed } = fixSkill(filesInMemory('pdf', { 'SKILL.md': text }));
      expect(changed.get('SKILL.md')).to.equal(skillMd(`name: pdf\ndescription: x\n${after}`));
      expect(fixed).to.not.have.length(0);
    });
  }

  it('changes nothing where nothing can be fixed', () => {
    expect(fixSkill(filesInMemory('pdf', { 'SKILL.md': skillMd('name: pdf') })).changed.size).to.equal(0);
  });
});

describe('bodyOf', () => {
  const rows: readonly (readonly [string, string])[] = [
    [plainMd, 'Do it.\n'],
    ['# no frontmatter', '# no frontmatter'],
    ['---\na: b\n---', ''],
    ['---\r\na: b\r\n---\r\n\r\nx\r\n---\r\ny', 'x\r\n---\r\ny'],
    ['---\nopen', '---\nopen'],
  ];
  for (const [text, body] of rows) it(JSON.stringify(text), () => expect(bodyOf(text)).to.equal(body));
});

describe('splitTools', () => {
  it('splits at blanks and commas outside parentheses', () => {
    expect(splitTools('Bash(git add:*), Read  mcp__x(a, b) Write')).to.deep.equal([
      'Bash(git add:*)',
      'Read',
      'mcp__x(a, b)',
      'Write',
    ]);
  });
});
