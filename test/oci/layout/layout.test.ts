import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { isDigest, mediaTypes, streamOf } from '../../../src/core/index.ts';
import { openLayout, verifyLayout } from '../../../src/oci/layout/index.ts';
import { blob, collect, config, expectError, index, manifest, push, read, useFolder } from './content.ts';

const tagAnnotation = 'org.opencontainers.image.ref.name';

describe('oci/layout: one layout', () => {
  const folder = useFolder();
  const file = (...parts: string[]) => join(folder(), ...parts);
  const listed = () => JSON.parse(readFileSync(file('index.json'), 'utf8')).manifests;

  it('writes nothing before the first push', async () => {
    const layout = openLayout(file('new'));
    expect(layout.present).to.equal(false);
    expect(layout.tagNames()).to.deep.equal([]);
    await expectError(() => layout.resolve('1.0.0'), 'ERR_NOT_FOUND', /has no "1\.0\.0"/);
    expect(existsSync(file('new'))).to.equal(false);
  });

  it('has the files that image-layout.md asks for', async () => {
    const layout = openLayout(folder());
    const image = manifest([blob('layer')]);
    await push(layout, config, blob('layer'), image);
    await layout.tag(image.descriptor, '1.0.0');
    expect(JSON.parse(readFileSync(file('oci-layout'), 'utf8'))).to.deep.equal({ imageLayoutVersion: '1.0.0' });
    const document = JSON.parse(readFileSync(file('index.json'), 'utf8'));
    expect(document).to.include({ schemaVersion: 2, mediaType: mediaTypes.imageIndex });
    expect(document.manifests).to.deep.equal([{ ...image.descriptor, annotations: { [tagAnnotation]: '1.0.0' } }]);
    expect(readdirSync(file('blobs', 'sha256'))).to.have.length(3);
    expect(readdirSync(file('.uploads'))).to.deep.equal([]);
  });

  for (const [description, content] of [
    ['nothing', blob('')],
    ['a few bytes', blob('hello')],
    ['sha512', blob('hello', 'sha512')],
    ['just under what is read at once', blob(randomBytes(256 * 1024))],
    ['more than is written at once', blob(randomBytes(3 * 1024 * 1024 + 17))],
  ] as const) {
    it(`gives back what was pushed: ${description}`, async () => {
      const layout = openLayout(folder());
      await push(layout, content);
      expect(await layout.exists(content.descriptor)).to.equal(true);
      expect(await read(layout, content.descriptor)).to.equal(Buffer.from(content.bytes).toString());
      const path = (await layout.fileOf(content.descriptor)) ?? '';
      expect(readFileSync(path).equals(content.bytes)).to.equal(true);
    });
  }

  it('takes pieces of any length', async () => {
    const layout = openLayout(folder());
    const content = blob(randomBytes(2_500_000));
    const pieces = Array.from({ length: 250 }, (_, at) => content.bytes.subarray(at * 10_007, (at + 1) * 10_007));
    await layout.push(content.descriptor, () => streamOf(...pieces));
    expect((await verifyLayout(folder())).problems).to.deep.equal([]);
  });

  for (const [description, descriptor, bytes, reason] of [
    ['another digest', blob('expected').descriptor, 'expecteD', /has the digest sha256:/],
    ['too few bytes', blob('expected').descriptor, 'expect', /only 6 bytes came/],
    ['too many bytes', blob('expected').descriptor, 'expected and more', /more bytes came/],
    ['another sha512', blob('expected', 'sha512').descriptor, 'expecteD', /has the digest sha512:/],
  ] as const) {
    it(`refuses ${description}, and keeps nothing`, async () => {
      const layout = openLayout(folder());
      const work = () => layout.push(descriptor, () => streamOf(Buffer.from(bytes)));
      await expectError(work, 'ERR_DIGEST_MISMATCH', reason);
      expect(await layout.exists(descriptor)).to.equal(false);
      expect(readdirSync(file('.uploads'))).to.deep.equal([]);
    });
  }

  it('keeps nothing of a source that breaks, and passes its error on', async () => {
    const layout = openLayout(folder());
    const { descriptor } = blob('12345678');
    async function* broken() {
      yield Buffer.from('1234');
      throw Object.assign(new Error('no more'), { code: 'ENOSPC', path: '/x' });
    }
    await expectError(() => layout.push(descriptor, broken), 'ERR_IO', /no space is left/);
    expect(readdirSync(file('.uploads'))).to.deep.equal([]);
  });

  it('stops when it is told to', async () => {
    const { descriptor, bytes } = blob('12345678');
    const signal = AbortSignal.abort();
    const work = () => openLayout(folder()).push(descriptor, () => streamOf(bytes), { signal });
    await expectError(work, 'ERR_INTERRUPTED', /Stopped/);
    expect(readdirSync(file('.uploads'))).to.deep.equal([]);
  });

  it('does not open a source whose content is held', async () => {
    const layout = openLayout(folder());
    await push(layout, config);
    await layout.push(config.descriptor, () => expect.fail('opened'));
  });

  it('replaces a file that was cut off behind its back', async () => {
    const layout = openLayout(folder());
    const content = blob('complete content');
    await push(layout, content);
    truncateSync(layout.pathOf(content.descriptor.digest), 3);
    expect(await layout.exists(content.descriptor)).to.equal(false);
    expect(await layout.fileOf(content.descriptor)).to.equal(undefined);
    await push(layout, content);
    expect(await read(layout, content.descriptor)).to.equal('complete content');
  });

  it('does not give out altered content', async () => {
    const layout = openLayout(folder());
    const content = blob('as it was');
    await push(layout, content);
    writeFileSync(layout.pathOf(content.descriptor.digest), 'as it iss');
    await expectError(() => read(layout, content.descriptor), 'ERR_DIGEST_MISMATCH', /has the digest/);
  });

  it('says what it does not hold', async () => {
    const layout = openLayout(folder());
    const { descriptor } = blob('not here');
    await expectError(() => layout.fetch(descriptor), 'ERR_BLOB_UNKNOWN', /does not hold sha256:/);
    await expectError(() => layout.fetchRange(descriptor, 0, 1), 'ERR_BLOB_UNKNOWN', /does not hold/);
    await expectError(() => layout.delete(descriptor), 'ERR_BLOB_UNKNOWN', /does not hold/);
    await expectError(() => layout.tag(descriptor, 'x'), 'ERR_BLOB_UNKNOWN', /does not hold/);
    await expectError(() => layout.untag('x'), 'ERR_NOT_FOUND', /no tag "x"/);
    await expectError(() => layout.fetchReference(descriptor.digest), 'ERR_NOT_FOUND', /has no "sha256:/);
  });

  for (const reference of ['', '-x', '.x', 'a b', 'a/b', 'a:b', '../x', 'x'.repeat(129), blob('').descriptor.digest]) {
    it(`refuses the tag "${reference.slice(0, 20)}"`, async () => {
      const layout = openLayout(folder());
      await push(layout, config);
      await expectError(() => layout.tag(config.descriptor, reference), 'ERR_REFERENCE_INVALID', /is not a tag/);
    });
  }

  it('gives parts of a blob', async () => {
    const layout = openLayout(folder());
    const content = blob('0123456789');
    await push(layout, content);
    const part = await collect(await layout.fetchRange(content.descriptor, 2, 4));
    expect(Buffer.concat(part).toString()).to.equal('234');
  });

  it('gives a manifest and its descriptor at once', async () => {
    const layout = openLayout(folder());
    const image = manifest();
    await push(layout, config, image);
    await layout.tag(image.descriptor, 'v');
    const { descriptor, bytes } = await layout.fetchReference('v');
    expect(descriptor).to.deep.equal(image.descriptor);
    expect(Buffer.from(bytes).equals(image.bytes)).to.equal(true);
  });

  it('keeps a manifest listed that loses its tag to another', async () => {
    const layout = openLayout(folder());
    const [first, second] = [manifest([], { annotations: { n: '1' } }), manifest([], { annotations: { n: '2' } })];
    await push(layout, config, first, second);
    await layout.tag(first.descriptor, 'latest');
    await layout.tag(first.descriptor, '1');
    await layout.tag(second.descriptor, 'latest');
    await layout.untag('1');
    expect(listed().map((entry: { digest: string }) => entry.digest)).to.have.members([
      first.descriptor.digest,
      second.descriptor.digest,
    ]);
    expect(await layout.resolve(first.descriptor.digest)).to.deep.equal(first.descriptor);
    expect((await layout.resolve('latest')).digest).to.equal(second.descriptor.digest);
    expect(await collect(layout.tags())).to.deep.equal(['latest']);
  });

  it('does not write index.json again for what it says already', async () => {
    const layout = openLayout(folder());
    const image = manifest();
    await push(layout, config, image);
    await layout.tag(image.descriptor, 'v');
    const before = statSync(file('index.json')).ino;
    await push(layout, image);
    await layout.tag(image.descriptor, 'v');
    expect(statSync(file('index.json')).ino).to.equal(before);
  });

  it('removes a manifest with all its tags', async () => {
    const layout = openLayout(folder());
    const image = manifest();
    await push(layout, config, image);
    for (const tag of ['a', 'b']) await layout.tag(image.descriptor, tag);
    await layout.delete(image.descriptor);
    expect(layout.tagNames()).to.deep.equal([]);
    expect(listed()).to.deep.equal([]);
    await expectError(() => layout.resolve(image.descriptor.digest), 'ERR_NOT_FOUND', /has no/);
    expect(await layout.exists(config.descriptor)).to.equal(true);
  });

  it('counts a manifest as held only where index.json lists it, so that a push that was cut off is finished', async () => {
    const layout = openLayout(folder());
    const image = manifest();
    await push(layout, config);
    writeFileSync(layout.pathOf(image.descriptor.digest), image.bytes);
    expect(await layout.exists(image.descriptor)).to.equal(false);
    await push(layout, image);
    expect(await layout.exists(image.descriptor)).to.equal(true);
  });

  it('sorts tags by their bytes', async () => {
    const layout = openLayout(folder());
    const image = manifest();
    await push(layout, config);
    await layout.put(image.descriptor, () => streamOf(image.bytes), ['b', 'a', 'B', '10', '9', '_', 'a-b', 'a.b']);
    expect(layout.tagNames()).to.deep.equal(['10', '9', 'B', '_', 'a', 'a-b', 'a.b', 'b']);
  });

  it('sees what somebody else writes', async () => {
    const [one, other] = [openLayout(folder()), openLayout(folder())];
    const image = manifest();
    await push(one, config, image);
    expect(other.tagNames()).to.deep.equal([]);
    await one.tag(image.descriptor, 'v');
    expect(other.tagNames()).to.deep.equal(['v']);
    await other.untag('v');
    expect(one.tagNames()).to.deep.equal([]);
  });

  it('makes a layout again in a folder that was removed', async () => {
    const layout = openLayout(file('x'));
    await push(layout, config, manifest());
    rmSync(file('x'), { recursive: true });
    await push(layout, config, manifest());
    expect((await verifyLayout(file('x'))).problems).to.deep.equal([]);
  });
});

describe('oci/layout: folders that other tools wrote', () => {
  const folder = useFolder();
  const image = manifest([blob('layer')]);
  const list = index([image]);

  function foreign(manifests: unknown, more: Record<string, unknown> = {}) {
    mkdirSync(join(folder(), 'blobs', 'sha256'), { recursive: true });
    writeFileSync(join(folder(), 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    for (const { descriptor, bytes } of [config, blob('layer'), image, list]) {
      writeFileSync(join(folder(), 'blobs', 'sha256', descriptor.digest.slice(7)), bytes);
    }
    writeFileSync(join(folder(), 'index.json'), JSON.stringify({ schemaVersion: 2, ...more, manifests }));
    return openLayout(folder());
  }

  it('finds the children of an index, which are not listed', async () => {
    const layout = foreign([list.descriptor]);
    expect(await layout.resolve(image.descriptor.digest)).to.deep.equal(image.descriptor);
    expect(await layout.resolve(config.descriptor.digest)).to.deep.equal(config.descriptor);
  });

  it('takes a whole reference as a name, but does not call it a tag', async () => {
    const name = 'docker.io/library/x:1.0';
    const layout = foreign([{ ...list.descriptor, annotations: { [tagAnnotation]: name } }]);
    expect(await layout.resolve(name)).to.deep.equal(list.descriptor);
    expect(layout.tagNames()).to.deep.equal([]);
  });

  it('keeps what it does not know', async () => {
    const entry = { ...list.descriptor, platform: { os: 'linux', architecture: 'arm64' }, annotations: { a: 'b' } };
    const layout = foreign([entry], { annotations: { who: 'me' }, extra: 1 });
    await layout.tag(image.descriptor, 'v');
    const document = JSON.parse(readFileSync(join(folder(), 'index.json'), 'utf8'));
    expect(document).to.deep.include({ annotations: { who: 'me' }, extra: 1 });
    expect(document.manifests[0]).to.deep.equal(entry);
  });

  for (const [description, file, text, reason] of [
    ['index.json is no JSON', 'index.json', '{', /index\.json: is no index/],
    ['index.json has no list', 'index.json', '{"schemaVersion":2}', /"manifests" is not a list/],
    ['an entry is none', 'index.json', '{"manifests":[{"digest":"sha256:1"}]}', /manifests\[0\]/],
    ['index.json is null', 'index.json', 'null', /index\.json/],
    ['oci-layout is no JSON', 'oci-layout', 'x', /oci-layout: is missing or no JSON/],
    ['the version is unknown', 'oci-layout', '{"imageLayoutVersion":"2.0.0"}', /has the version "2\.0\.0"/],
  ] as const) {
    it(`refuses to read or change it where ${description}`, async () => {
      const layout = foreign([]);
      writeFileSync(join(folder(), file), text);
      await expectError(() => layout.resolve('x'), 'ERR_FILE_INVALID', reason);
      await expectError(() => push(layout, image), 'ERR_FILE_INVALID', reason);
      expect(readFileSync(join(folder(), file), 'utf8')).to.equal(text);
    });
  }

  it('has only digests for names of blobs', async () => {
    const layout = foreign([list.descriptor]);
    await push(layout, blob('x'), blob('x', 'sha512'));
    const names = ['sha256', 'sha512'].flatMap((algorithm) =>
      readdirSync(join(folder(), 'blobs', algorithm)).map((name) => `${algorithm}:${name}`),
    );
    expect(names.every(isDigest)).to.equal(true);
  });
});

describe('oci/layout: referrers', () => {
  const folder = useFolder();
  const subject = manifest([blob('subject')]);
  const about = { subject: subject.descriptor };
  const signature = manifest([], { ...about, artifactType: 'application/vnd.sig', annotations: { by: 'me' } });
  const plain = manifest([], { ...about, annotations: { n: '2' } });
  const list = index([], { ...about });
  const typed = index([], { ...about, artifactType: 'application/vnd.sig' });

  it('lists them with their type and annotations', async () => {
    const layout = openLayout(folder());
    await push(layout, config, signature, plain, list, typed, manifest([], { annotations: { n: '3' } }));
    expect(await collect(layout.referrers(subject.descriptor))).to.deep.equal([
      { ...signature.descriptor, artifactType: 'application/vnd.sig', annotations: { by: 'me' } },
      { ...plain.descriptor, artifactType: 'application/vnd.example.config.v1+json', annotations: { n: '2' } },
      list.descriptor,
      { ...typed.descriptor, artifactType: 'application/vnd.sig' },
    ]);
    const filtered = await collect(layout.referrers(subject.descriptor, 'application/vnd.sig'));
    expect(filtered.map(({ digest }) => digest)).to.deep.equal([signature.descriptor.digest, typed.descriptor.digest]);
    expect(await collect(layout.referrers(subject.descriptor, 'other'))).to.deep.equal([]);
  });

  it('forgets one that is deleted, and sees one that somebody else pushes', async () => {
    const layout = openLayout(folder());
    await push(layout, config, signature);
    expect(layout.referrersOf(subject.descriptor.digest)).to.have.length(1);
    await layout.delete(signature.descriptor);
    expect(layout.referrersOf(subject.descriptor.digest)).to.deep.equal([]);
    await push(openLayout(folder()), plain);
    expect(layout.referrersOf(subject.descriptor.digest)).to.have.length(1);
  });

  it('counts those that only a referrers tag names', async () => {
    const layout = openLayout(folder());
    await push(layout, config, signature, plain);
    const fallback = index([signature, plain, manifest([blob('missing')])]);
    await push(layout, fallback);
    await layout.tag(fallback.descriptor, subject.descriptor.digest.replace(':', '-'));
    const document = JSON.parse(readFileSync(join(folder(), 'index.json'), 'utf8'));
    const only = document.manifests.filter((entry: { annotations?: object }) => entry.annotations);
    writeFileSync(join(folder(), 'index.json'), JSON.stringify({ ...document, manifests: only }));
    expect(openLayout(folder()).referrersOf(subject.descriptor.digest)).to.have.length(2);
  });
});
