import { expect } from 'chai';
import { isSkillsError } from '../../../src/core/index.ts';
import { formatSpec, parseSpec, sourceOf, versionAsked } from '../../../src/resolve/index.ts';

const digest = `sha256:${'a1'.repeat(32)}`;

function form(text: string): Record<string, unknown> {
  const { raw, ...rest } = parseSpec(text);
  expect(raw).to.equal(text);
  return rest;
}

const oci = (registry: string, repository: string, more = {}, range = '') => ({
  kind: 'oci',
  reference: { registry, repository, ...more },
  range,
});
const github = (shorthand: string, more = {}) => ({
  kind: 'git',
  url: `https://github.com/${shorthand}.git`,
  shorthand,
  ...more,
});

const rows: readonly (readonly [string, Record<string, unknown>])[] = [
  ['pdf', { kind: 'name', name: 'pdf', range: '' }],
  [' pdf ', { kind: 'name', name: 'pdf', range: '' }],
  ['pdf@^1.2', { kind: 'name', name: 'pdf', range: '^1.2' }],
  ['pdf@>=1.2 <2', { kind: 'name', name: 'pdf', range: '>=1.2 <2' }],
  ['pdf@v1.2.0', { kind: 'name', name: 'pdf', range: 'v1.2.0' }],
  ['pdf@latest', { kind: 'name', name: 'pdf', range: 'latest' }],
  ['pdf@main', { kind: 'name', name: 'pdf', range: 'main' }],
  [`pdf@${digest}`, { kind: 'name', name: 'pdf', range: digest }],
  ['cloud.aws', { kind: 'name', name: 'cloud-aws', range: '' }],
  ['@acme/pdf', { kind: 'name', name: 'pdf', scope: '@acme', range: '' }],
  ['@acme/pdf@latest', { kind: 'name', name: 'pdf', scope: '@acme', range: 'latest' }],
  [`@acme/pdf@${digest}`, { kind: 'name', name: 'pdf', scope: '@acme', range: digest }],
  ['ghcr.io/acme/skills/pdf', oci('ghcr.io', 'acme/skills/pdf')],
  ['ghcr.io/acme/skills/pdf:1.2.0', oci('ghcr.io', 'acme/skills/pdf', { tag: '1.2.0' })],
  [`ghcr.io/acme/pdf@${digest}`, oci('ghcr.io', 'acme/pdf', { digest })],
  [`ghcr.io/acme/pdf:1.2.0@${digest}`, oci('ghcr.io', 'acme/pdf', { tag: '1.2.0', digest })],
  ['ghcr.io/acme/pdf@^1.2', oci('ghcr.io', 'acme/pdf', {}, '^1.2')],
  ['oci://ghcr.io/acme/pdf:1', oci('ghcr.io', 'acme/pdf', { tag: '1' })],
  ['docker://ghcr.io/acme/pdf', oci('ghcr.io', 'acme/pdf')],
  ['localhost:5000/pdf:1.0.0', oci('localhost:5000', 'pdf', { tag: '1.0.0' })],
  ['localhost/pdf', oci('localhost', 'pdf')],
  ['127.0.0.1:5000/team/pdf', oci('127.0.0.1:5000', 'team/pdf')],
  ['ghcr.io/acme/skills#pdf', { ...oci('ghcr.io', 'acme/skills'), skill: 'pdf' }],
  ['ghcr.io/acme/skills:1.2.0#pdf', { ...oci('ghcr.io', 'acme/skills', { tag: '1.2.0' }), skill: 'pdf' }],
  ['ghcr.io/acme/skills#pdf@^1.2', { ...oci('ghcr.io', 'acme/skills', {}, '^1.2'), skill: 'pdf' }],
  ['ghcr.io/acme/skills@^1.2#pdf', { ...oci('ghcr.io', 'acme/skills', {}, '^1.2'), skill: 'pdf' }],
  [`ghcr.io/acme/skills@${digest}#pdf`, { ...oci('ghcr.io', 'acme/skills', { digest }), skill: 'pdf' }],
  ['oci-layout:./dir', { kind: 'layout', path: './dir' }],
  ['oci-layout:./dir/', { kind: 'layout', path: './dir' }],
  ['oci-layout:./dir:1.2.0', { kind: 'layout', path: './dir', key: '1.2.0' }],
  [`oci-layout:./dir@${digest}`, { kind: 'layout', path: './dir', key: digest }],
  [`oci-layout:./dir:1.0.0@${digest}`, { kind: 'layout', path: './dir', key: digest }],
  ['oci-layout:/srv/@acme/pdf:latest', { kind: 'layout', path: '/srv/@acme/pdf', key: 'latest' }],
  ['oci-layout:./all.tar:1.2.0', { kind: 'layout', path: './all.tar', key: '1.2.0' }],
  [
    'oci-layout:./all.tar:ghcr.io/acme/skills/pdf:1.2.0',
    { kind: 'layout', path: './all.tar', repository: 'ghcr.io/acme/skills/pdf', key: '1.2.0' },
  ],
  ['oci-layout:dir:localhost/pdf', { kind: 'layout', path: 'dir', repository: 'localhost/pdf' }],
  [
    `oci-layout:C:\\all.tar:127.0.0.1:5000/acme/pdf@${digest}`,
    { kind: 'layout', path: 'C:\\all.tar', repository: '127.0.0.1:5000/acme/pdf', key: digest },
  ],
  ['oci-layout:./a:b/c:1.0', { kind: 'layout', path: './a:b/c', key: '1.0' }],
  ['oci-layout:./dir:1.0.0#pdf', { kind: 'layout', path: './dir', key: '1.0.0', skill: 'pdf' }],
  [`oci-layout:./dir@${digest}#pdf`, { kind: 'layout', path: './dir', key: digest, skill: 'pdf' }],
  ['oci-layout:./dir:#pdf', { kind: 'layout', path: './dir', skill: 'pdf' }],
  ['oci-layout:./dir#pdf', { kind: 'layout', path: './dir#pdf' }],
  ['oci-layout:C:\\dir', { kind: 'layout', path: 'C:\\dir' }],
  ['oci-layout:C:\\dir:1.2.0', { kind: 'layout', path: 'C:\\dir', key: '1.2.0' }],
  ['owner/repo', github('owner/repo')],
  ['github:owner/repo', github('owner/repo')],
  ['owner/repo.git', github('owner/repo')],
  ['owner/repo/skills/pdf', github('owner/repo', { path: 'skills/pdf' })],
  ['owner/repo@v1.2', github('owner/repo', { ref: 'v1.2' })],
  ['owner/repo/skills/pdf@feature/x', github('owner/repo', { path: 'skills/pdf', ref: 'feature/x' })],
  ['owner/repo/@acme/pdf@main', github('owner/repo', { path: '@acme/pdf', ref: 'main' })],
  ['owner/repo#main:skills/pdf', github('owner/repo', { ref: 'main', path: 'skills/pdf' })],
  ['gitlab:group/repo/pdf', { kind: 'git', url: 'https://gitlab.com/group/repo.git', path: 'pdf' }],
  ['git+https://github.com/owner/repo', github('owner/repo')],
  ['git+https://github.com/owner/repo.git#main:skills/pdf', github('owner/repo', { ref: 'main', path: 'skills/pdf' })],
  ['git+https://git.acme.com/skills.git#:pdf', { kind: 'git', url: 'https://git.acme.com/skills.git', path: 'pdf' }],
  ['git+ssh://git@acme.com/s.git#v1', { kind: 'git', url: 'ssh://git@acme.com/s.git', ref: 'v1' }],
  ['git+file:///srv/repo', { kind: 'git', url: 'file:///srv/repo' }],
  ['git@github.com:owner/repo.git', { kind: 'git', url: 'git@github.com:owner/repo.git' }],
  ['git@host:owner/repo#v2:a/b', { kind: 'git', url: 'git@host:owner/repo', ref: 'v2', path: 'a/b' }],
  ['https://github.com/owner/repo', github('owner/repo')],
  ['https://github.com/owner/repo/', github('owner/repo')],
  ['https://www.github.com/owner/repo.git', github('owner/repo')],
  ['https://github.com/owner/repo/tree/main', github('owner/repo', { ref: 'main' })],
  ['https://github.com/owner/repo/tree/main/skills/pdf', github('owner/repo', { ref: 'main', path: 'skills/pdf' })],
  ['https://github.com/o/repo/blob/main/skills/pdf/SKILL.md', github('o/repo', { ref: 'main', path: 'skills/pdf' })],
  ['https://gitlab.com/a/b/c', { kind: 'git', url: 'https://gitlab.com/a/b/c.git' }],
  ['https://gitlab.com/a/b/-/tree/v1/x', { kind: 'git', url: 'https://gitlab.com/a/b.git', ref: 'v1', path: 'x' }],
  ['https://git.acme.com/a/b/-/tree/v1', { kind: 'git', url: 'https://git.acme.com/a/b.git', ref: 'v1' }],
  ['https://git.acme.com/team/skills.git', { kind: 'git', url: 'https://git.acme.com/team/skills.git' }],
  ['https://acme.com/x.spm', { kind: 'url', url: 'https://acme.com/x.spm' }],
  ['https://acme.com/x.tar.gz?v=1', { kind: 'url', url: 'https://acme.com/x.tar.gz?v=1' }],
  [
    'https://github.com/o/r/archive/refs/tags/v1.zip',
    { kind: 'url', url: 'https://github.com/o/r/archive/refs/tags/v1.zip' },
  ],
  ['http://127.0.0.1:8080/x.tgz', { kind: 'url', url: 'http://127.0.0.1:8080/x.tgz' }],
  ['./folder', { kind: 'folder', path: './folder' }],
  ['./folder/', { kind: 'folder', path: './folder' }],
  ['.', { kind: 'folder', path: '.' }],
  ['../x', { kind: 'folder', path: '../x' }],
  ['/abs/x', { kind: 'folder', path: '/abs/x' }],
  ['/', { kind: 'folder', path: '/' }],
  ['~/x', { kind: 'folder', path: '~/x' }],
  ['./ghcr.io/pdf@1', { kind: 'folder', path: './ghcr.io/pdf@1' }],
  ['./x.spm', { kind: 'file', path: './x.spm' }],
  ['../x.TAR.GZ', { kind: 'file', path: '../x.TAR.GZ' }],
  ['pdf-1.2.0.spm', { kind: 'file', path: './pdf-1.2.0.spm' }],
  ['dist/pdf.zip', { kind: 'file', path: './dist/pdf.zip' }],
  ['C:\\skills\\pdf', { kind: 'folder', path: 'C:\\skills\\pdf' }],
  ['C:/skills/pdf.spm', { kind: 'file', path: 'C:/skills/pdf.spm' }],
  ['.\\pdf', { kind: 'folder', path: '.\\pdf' }],
  ['\\\\server\\share\\pdf', { kind: 'folder', path: '\\\\server\\share\\pdf' }],
  ['file:../x', { kind: 'folder', path: '../x' }],
  ['file:///srv/a%20b', { kind: 'folder', path: '/srv/a b' }],
  ['file:///C:/a.spm', { kind: 'file', path: 'C:/a.spm' }],
];

describe('parseSpec', () => {
  for (const [text, expected] of rows) {
    it(`reads ${text}`, () => expect(form(text)).to.deep.equal(expected));
  }

  for (const [text] of rows) {
    it(`writes ${text} so that it reads back the same`, () => {
      const { raw: _, ...first } = parseSpec(text);
      const { raw: __, ...second } = parseSpec(formatSpec(first));
      expect(second).to.deep.equal(first);
    });
  }

  const refused: readonly (readonly [string, RegExp, RegExp?])[] = [
    ['', /it is empty/, /name a skill/],
    ['pdf\u0000', /control characters/],
    ['PDF', /skill's name, and "PDF" is not one/, /did you mean pdf/],
    ['my skill', /"my skill" is not one/, /my-skill/],
    ['pdf:1.2.0', /"pdf:1.2.0" is not one/, /behind "@": pdf@1\.2\.0/],
    ['dir\\pdf', /is not one/, /write \.\\ before it/],
    ['pdf@', /nothing follows/, /pdf@\^1\.2/],
    ['pdf@sha256:abc', /"sha256:abc" is not a digest/, /64 hex digits/],
    ['pdf@not a range!', /neither a version range, nor a tag/, /pdf@\^1\.2/],
    ['@acme', /scoped name/, /@scope\/name/],
    ['@Acme/pdf', /scoped name/],
    ['@acme/a/b', /"a\/b" is not one/, /two parts/],
    [
      'owner/repo:1.2.0',
      /read as the git repository owner\/repo, which has no ":tag"/,
      /registry\.example\.com\/owner\/repo:1\.2\.0/,
    ],
    [`owner/repo@${digest}`, /git repository owner\/repo, which has no digests/, /put its host first/],
    ['-owner/repo', /read as owner\/repo/, /\.\/ before it/],
    ['owner/', /read as owner\/repo/],
    ['owner/repo/../x', /not a folder inside the repository/],
    ['owner/repo@-x', /not a branch, tag or commit/],
    ['ghcr.io/Acme/pdf', /not a repository name/],
    ['ghcr.io/acme/pdf:1.0.0@^1', /both the tag "1\.0\.0" and the range "\^1"/, /leave one/],
    ['ghcr.io/acme/pdf@sha256:12', /not a digest/],
    ['ghcr.io/acme/pdf:', /not a tag/],
    ['oci://pdf', /does not begin with a registry/],
    ['ghcr.io/acme/skills#', /"" behind the "#" is not a skill's name/],
    ['ghcr.io/acme/skills#../x', /behind the "#" is not a skill's name/],
    ['oci-layout:./dir:1.0.0#A', /behind the "#" is not a skill's name/],
    ['oci-layout:', /names no folder/],
    ['oci-layout:./dir:a b', /"a b" is not a tag/],
    ['oci-layout:./dir@sha256:12', /not a digest/],
    ['https://acme.com/page', /read as a web address/, /git\+https:\/\/acme\.com\/page/],
    ['https://github.com/owner', /read as a web address/],
    ['https://github.com/o/r/issues/3', /read as a web address/],
    ['ftp://acme.com/x.zip', /"ftp:\/\/" is not known/],
    ['file://host/x', /names a host/],
    ['https://bob:secret@acme.com/x.zip', /credentials/, /leave them out/],
    ['git+https://token@acme.com/x.git', /credentials/],
    ['ssh://git:secret@acme.com/x.git', /credentials/],
  ];
  for (const [text, why, hint] of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const error = catchError(() => parseSpec(text));
      expect(isSkillsError(error, 'ERR_REFERENCE_INVALID'), String(error)).to.equal(true);
      expect((error as Error).message).to.match(why);
      expect(JSON.stringify(error) + String(error)).not.to.match(/secret|token@/);
      if (hint) expect((error as { hint?: string }).hint).to.match(hint);
    });
  }

  const sources: readonly (readonly [string, string, string])[] = [
    ['@acme/pdf@^1', '@acme/pdf', '^1'],
    ['ghcr.io/acme/pdf:1.2.0', 'ghcr.io/acme/pdf', '1.2.0'],
    [`ghcr.io/acme/pdf:1.2.0@${digest}`, 'ghcr.io/acme/pdf', digest],
    ['ghcr.io/acme/pdf@~1.2', 'ghcr.io/acme/pdf', '~1.2'],
    ['ghcr.io/acme/all:1.0.0#pdf', 'ghcr.io/acme/all#pdf', '1.0.0'],
    ['oci-layout:./dir:1.0.0#pdf', 'oci-layout:./dir:#pdf', '1.0.0'],
    ['https://github.com/o/r/tree/main/a', 'o/r/a', 'main'],
    ['git@host:o/r.git#main:a', 'git@host:o/r.git#:a', 'main'],
    ['oci-layout:./dir:1.0.0', 'oci-layout:./dir', '1.0.0'],
    ['oci-layout:a.tar:x.io/y/z:1.0.0', 'oci-layout:a.tar:x.io/y/z', '1.0.0'],
    ['./folder', './folder', ''],
    ['https://acme.com/x.spm', 'https://acme.com/x.spm', ''],
  ];
  for (const [text, source, version] of sources) {
    it(`parts ${text} into where it comes from and what is asked`, () => {
      const spec = parseSpec(text);
      expect([sourceOf(spec), versionAsked(spec)]).to.deep.equal([source, version]);
      expect(sourceOf(parseSpec(source))).to.equal(source);
    });
  }
});

function catchError(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
