import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { kindOfTag, sortTags } from '../../../src/manager/artifacts/tag-names.ts';
import { NamedLayout, openLayoutAt } from '../../../src/oci/index.ts';
import { closeServers, json, refuse, reply, startScripted } from '../../oci/support/scripted-server.ts';
import { expectError } from '../expect-error.ts';
import { makeManager, openRegistryPlace, type Place, places, put } from './world.ts';

const hex = 'a'.repeat(64);

describe('artifacts.tags', () => {
  for (const [title, open] of places) {
    describe(`in ${title}`, () => {
      let place: Place;
      before(async () => {
        place = await open();
        await put(place.target, 'one', '1.0.0', '1.0');
        await put(place.target, 'two', '1.2.0', 'latest', '1', '1.2');
        await put(place.target, 'three', '1.10.0-beta.1', 'main');
        await put(place.target, 'four', 'other', `sha256-${hex}`, `sha256-${hex}.sig`);
      });
      after(() => place[Symbol.asyncDispose]());

      it('lists versions from the newest, then what moves with the version it stands for, then the rest', async () => {
        const { reference, tags, hidden } = await place.artifacts.tags(place.reference);
        expect(reference).to.equal(place.reference);
        expect(tags.map(({ tag, kind, version }) => [tag, kind, version])).to.deep.equal([
          ['1.10.0-beta.1', 'version', undefined],
          ['1.2.0', 'version', undefined],
          ['1.0.0', 'version', undefined],
          ['latest', 'moving', '1.2.0'],
          ['1', 'moving', '1.2.0'],
          ['1.2', 'moving', '1.2.0'],
          ['1.0', 'moving', '1.0.0'],
          ['main', 'other', '1.10.0-beta.1'],
          ['other', 'other', undefined],
        ]);
        expect(hidden).to.equal(2);
      });

      it('says what a tag stands for that is no version any more', async () => {
        const { tags } = await place.artifacts.tags(place.reference);
        const { digest } = await place.target.resolve('1.10.0-beta.1');
        expect(tags.find(({ tag }) => tag === 'main')?.digest).to.equal(digest);
      });

      it('lists those that programs wrote where all are wanted', async () => {
        const { tags, hidden } = await place.artifacts.tags(place.reference, { all: true });
        expect(tags.slice(-2).map(({ tag, kind }) => [tag, kind])).to.deep.equal([
          [`sha256-${hex}`, 'digest'],
          [`sha256-${hex}.sig`, 'digest'],
        ]);
        expect(hidden).to.equal(0);
      });

      it('lists the names of one manifest where a tag or a digest is named', async () => {
        const { tags } = await place.artifacts.tags(`${place.reference}:latest`);
        expect(tags.map(({ tag, version }) => [tag, version])).to.deep.equal([
          ['1.2.0', undefined],
          ['latest', '1.2.0'],
          ['1', '1.2.0'],
          ['1.2', '1.2.0'],
        ]);
        const { digest } = await place.target.resolve('1.0.0');
        const byDigest = await place.artifacts.tags(`${place.reference}@${digest}`);
        expect(byDigest.tags.map(({ tag }) => tag)).to.deep.equal(['1.0.0', '1.0']);
      });

      it('says that a tag is not there', () =>
        expectError(place.artifacts.tags(`${place.reference}:9.9.9`), 'ERR_NOT_FOUND', /9\.9\.9/));
    });
  }

  it('says which repository is not there, and not that its tags are not', async () => {
    await using place = await openRegistryPlace();
    const error = await expectError(
      place.artifacts.tags(`${place.reference}-not-there`),
      'ERR_NOT_FOUND',
      /^there is no repository \S+\/team\/pdf-not-there$/,
    );
    expect(error.hint).to.match(/spelling/);
  });

  for (const name of ['nowhere', 'nowhere.tar']) {
    it(`says that there is no layout: ${name}`, async () => {
      await using place = await openRegistryPlace();
      await expectError(
        place.artifacts.tags(`oci-layout:${name}`),
        'ERR_NOT_FOUND',
        /^there is no image layout at oci-layout:.*nowhere/,
      );
    });
  }

  for (const name of ['whole', 'whole.tar']) {
    it(`names the repositories of a layout that has only those: ${name}`, async () => {
      await using place = await openRegistryPlace();
      const path = join(place.room, name);
      await put(new NamedLayout(openLayoutAt(path)).repository('ghcr.io/acme/pdf'), 'one', '1.0.0');
      const error = await expectError(
        place.artifacts.tags(`oci-layout:${name}`),
        'ERR_USAGE',
        /has no tags of its own: it holds ghcr\.io\/acme\/pdf$/,
      );
      expect(error.hint).to.equal(`name one of them: skills tags oci-layout:${path}:ghcr.io/acme/pdf`);
      expect((await place.artifacts.tags(`oci-layout:${name}:ghcr.io/acme/pdf`)).tags).to.have.length(1);
      const other = await expectError(
        place.artifacts.tags(`oci-layout:${name}:ghcr.io/acme/pfd`),
        'ERR_NOT_FOUND',
        /^there is no repository .*pfd$/,
      );
      expect(other.hint).to.contain('ghcr.io/acme/pdf');
    });
  }

  describe('where a registry answers in its own way', () => {
    afterEach(closeServers);

    it('lists tags whose content its policy holds back (412), and those that are gone since', async () => {
      const server = await startScripted({
        'GET /v2/team/pdf/tags/list': json({ name: 'team/pdf', tags: ['1.0.0', 'latest', 'old'] }),
        'HEAD /v2/team/pdf/manifests/latest': reply(412),
        'HEAD /v2/team/pdf/manifests/old': reply(404),
      });
      await using manager = makeManager('/nowhere');
      const { tags } = await manager.artifacts.tags(`${server.host}/team/pdf`);
      expect(tags).to.deep.equal([
        { tag: '1.0.0', kind: 'version' },
        { tag: 'latest', kind: 'moving' },
        { tag: 'old', kind: 'other' },
      ]);
    });

    it('asks for no more than 32 tags, and for versions not at all', async () => {
      const many = Array.from({ length: 100 }, (_, at) => `branch-${at}`);
      const server = await startScripted({
        'GET /v2/team/pdf/tags/list': json({ tags: [...many, '1.0.0', '2.0.0'] }),
        HEAD: reply(404),
      });
      await using manager = makeManager('/nowhere');
      const { tags } = await manager.artifacts.tags(`${server.host}/team/pdf`);
      expect(tags).to.have.length(102);
      expect(server.asked().filter((line) => line.startsWith('HEAD'))).to.have.length(32);
      expect(server.asked().join('\n')).not.to.match(/HEAD .*[12]\.0\.0/);
    });

    it('fails where the registry refuses', async () => {
      const server = await startScripted({ GET: refuse(403, 'DENIED', 'not for you') });
      await using manager = makeManager('/nowhere');
      await expectError(manager.artifacts.tags(`${server.host}/team/pdf`), 'ERR_UNAUTHORISED', /the tags of team\/pdf/);
    });
  });
});

describe('names of tags', () => {
  const kinds: readonly (readonly [tag: string, kind: string])[] = [
    ['1.2.0', 'version'],
    ['v1.2.0', 'version'],
    ['1.2.0_build.5', 'version'],
    ['0.0.0-20261121120000-abcdefabcdef', 'version'],
    ['latest', 'moving'],
    ['1', 'moving'],
    ['v1.2', 'moving'],
    ['main', 'other'],
    ['image-1.2.0', 'other'],
    ['sha256-abc', 'other'],
    [`sha256-${hex}`, 'digest'],
    [`sha256-${hex}.att`, 'digest'],
    [`sha512-${hex}`, 'digest'],
    [`sha256-${hex}0`, 'other'],
  ];
  for (const [tag, kind] of kinds) it(`${tag} is of the kind ${kind}`, () => expect(kindOfTag(tag)).to.equal(kind));

  it('sorts any tags to the same order, wherever they come from', () => {
    const number = fc.integer({ min: 0, max: 20 });
    const any = fc.oneof(
      fc.tuple(number, number, number).map((parts) => parts.join('.')),
      fc.tuple(number, number).map((parts) => `v${parts.join('.')}`),
      number.map(String),
      fc.constantFrom('latest', 'main', '1.0.0-rc.1', 'v1.0.0', `sha256-${hex}`, `sha256-${hex}.sig`),
    );
    fc.assert(
      fc.property(fc.array(any), (tags) => {
        const sorted = sortTags(tags);
        expect(sorted).to.deep.equal(sortTags(tags.toReversed()));
        expect([...sorted].sort()).to.deep.equal([...new Set(tags)].sort());
      }),
    );
  });

  it('sorts tags that move from the widest, the newest first', () => {
    expect(sortTags(['1.2', 'b', '2', '1', 'a', '1.10', 'latest', '10', 'a'])).to.deep.equal([
      'latest',
      '10',
      '2',
      '1',
      '1.10',
      '1.2',
      'a',
      'b',
    ]);
  });
});
