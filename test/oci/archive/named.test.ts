import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { copy, MemoryTarget, NamedLayout, openLayoutAt } from '../../../src/oci/index.ts';
import { artifact, manifest, sourceOf, store } from '../support/artifact.ts';
import { failureOf, listOf } from '../support/failure.ts';

const pdf = artifact('pdf');
const csv = artifact('csv');
const signature = manifest(pdf.config.descriptor, [], { artifactType: 'a/sig', subject: pdf.root.descriptor });

for (const form of ['folder', 'all.tar']) {
  describe(`several repositories in one layout: ${form}`, () => {
    let room: string;
    let path: string;
    beforeEach(() => {
      room = mkdtempSync(join(tmpdir(), 'skills-named-'));
      path = join(room, form);
    });
    afterEach(() => rmSync(room, { recursive: true, force: true }));

    const open = () => new NamedLayout(openLayoutAt(path));

    async function filled() {
      const memory = new MemoryTarget();
      await store(memory, pdf.config, pdf.layer, pdf.root, csv.config, csv.layer, csv.root, signature);
      const all = open();
      const options = { referrers: true, alsoTags: ['latest'] };
      await copy(memory, pdf.root.descriptor.digest, all.repository('ghcr.io/acme/pdf'), '1.0.0', options);
      await copy(memory, csv.root.descriptor.digest, all.repository('127.0.0.1:5000/acme/csv'), '1.0.0');
      return open();
    }

    it('keeps their tags apart', async () => {
      const all = await filled();
      expect(all.repositoryNames()).to.deep.equal(['127.0.0.1:5000/acme/csv', 'ghcr.io/acme/pdf']);
      expect(await listOf(all.repositories())).to.have.length(2);
      expect(await listOf(all.repository('ghcr.io/acme/pdf').tags())).to.deep.equal(['1.0.0', 'latest']);
      expect(await listOf(all.repository('127.0.0.1:5000/acme/csv').tags())).to.deep.equal(['1.0.0']);
      expect(await listOf(all.repository('ghcr.io/acme/other').tags())).to.deep.equal([]);
      expect(await listOf(openLayoutAt(path).tags())).to.deep.equal([]);
    });

    it('reads each of them, with what refers to it', async () => {
      const repository = (await filled()).repository('ghcr.io/acme/pdf');
      expect((await repository.fetchReference('1.0.0')).bytes).to.deep.equal(pdf.root.bytes);
      expect((await repository.resolve(pdf.root.descriptor.digest)).size).to.equal(pdf.root.descriptor.size);
      const target = new MemoryTarget();
      await copy(repository, 'latest', target, 'x', { referrers: true });
      expect(await listOf(target.referrers(pdf.root.descriptor))).to.have.length(1);
      expect(await listOf(await repository.fetchRange(pdf.layer.descriptor, 1, 2))).to.deep.equal([Buffer.from('df')]);
      await failureOf(() => repository.resolve('2.0.0'), 'ERR_NOT_FOUND', /has no "ghcr\.io\/acme\/pdf:2\.0\.0"/);
    });

    it('is written to piece by piece too', async () => {
      const repository = open().repository('ghcr.io/acme/pdf');
      for (const { descriptor, bytes } of [pdf.config, pdf.layer, pdf.root])
        await repository.push(descriptor, sourceOf(bytes));
      await repository.tag(pdf.root.descriptor, '1.0.0');
      expect(await listOf(repository.tags())).to.deep.equal(['1.0.0']);
      await repository.untag('1.0.0');
      expect(await listOf(repository.tags())).to.deep.equal([]);
      expect(await repository.exists(pdf.root.descriptor)).to.equal(true);
    });

    it('takes no names that are none', async () => {
      const all = await filled();
      await failureOf(() => all.repository('pdf'), 'ERR_REFERENCE_INVALID', /does not begin with a registry/);
      const repository = all.repository('ghcr.io/acme/pdf');
      await failureOf(() => repository.tag(pdf.root.descriptor, 'a/b'), 'ERR_REFERENCE_INVALID', /is not a tag/);
      await failureOf(() => repository.untag(pdf.root.descriptor.digest), 'ERR_REFERENCE_INVALID', /is not a tag/);
    });
  });
}
