import { expect } from 'chai';

import type { Catalogue, IndexableRecord } from '../../src/catalogue/index.ts';
import { sha256 } from '../../src/core/index.ts';

/** A record with only what matters to a test stated. */
export function record(name: string, more: Partial<IndexableRecord> = {}): IndexableRecord {
  const repository = more.repository ?? `reg.example.com/skills/${name}`;
  const version = more.version ?? '1.0.0';
  const digest = sha256(`${repository} ${version}`);
  const layer = { mediaType: 'application/gzip', digest, size: 10 };
  const rest = { description: '', tags: [], abilities: [], dependencies: {}, manifest: { name }, body: '' };
  return { repository, version, tag: version, digest, layer, name, ...rest, ...more };
}

const corpus = [
  record('pdf', { description: 'Reads PDF files, fills in forms', tags: ['documents'] }),
  record('pdf-tools', { description: 'Splits and merges' }),
  record('invoice', { description: 'Reads an invoice from a pdf and books it', tags: ['finance', 'Documents'] }),
  record('data-analysis', { description: 'Explores tables', abilities: ['statistics'] }),
  record('github-actions', { description: 'Writes workflows for continuous integration on GitHub' }),
  record('cluster-doctor', { description: 'Finds what ails Kubernetes', body: 'Look at the zirconium gauge.' }),
];

/** The contract of every {@link Catalogue}: the same answers from each store. */
export function testCatalogue(name: string, open: (now: () => Date) => Promise<Catalogue>): void {
  describe(`catalogue: ${name}`, () => {
    let catalogue: Catalogue;
    let clock = Date.UTC(2026, 0, 1);
    const now = () => new Date(clock);
    const page = { limit: 20, offset: 0 };
    const find = async (text: string, more = {}) =>
      (await catalogue.search({ text, ...page, ...more })).hits.map(({ skill }) => skill.name);

    beforeEach(async () => {
      clock = Date.UTC(2026, 0, 1);
      catalogue = await open(now);
      await catalogue.upsert(corpus);
    });
    afterEach(() => catalogue.close());

    for (const [text, names] of [
      ['pdf', ['pdf', 'pdf-tools', 'invoice']],
      ['PDF', ['pdf', 'pdf-tools', 'invoice']],
      ['reading pdfs', ['pdf', 'invoice', 'pdf-tools']],
      ['statistic', ['data-analysis']],
      ['dataAnalysis', ['data-analysis']],
      ['data', ['data-analysis']],
      ['github', ['github-actions']],
      ['GitHub', ['github-actions']],
      ['ci', ['github-actions']],
      ['k8s', ['cluster-doctor']],
      ['kubernets', ['cluster-doctor']],
      ['zirconium', ['cluster-doctor']],
      ['statis', ['data-analysis']],
      ['the', []],
      ['qqqqqq', []],
      ['', []],
    ] as const) {
      it(`finds ${names.join(', ') || 'nothing'} for "${text}"`, async () => {
        expect(await find(text)).to.deep.equal([...names]);
      });
    }

    it('filters by tags, however they are spelt, and pages', async () => {
      expect(await find('pdf', { tags: ['DOCUMENTS'] })).to.deep.equal(['pdf', 'invoice']);
      expect(await find('pdf', { tags: ['documents', 'finance'] })).to.deep.equal(['invoice']);
      expect(await find('pdf', { limit: 1, offset: 1 })).to.deep.equal(['pdf-tools']);
      expect(await find('pdf', { sort: 'name' })).to.deep.equal(['invoice', 'pdf', 'pdf-tools']);
      const listed = await catalogue.list({ tags: ['documents'], sort: 'name', ...page });
      expect(listed.total).to.equal(2);
      expect(listed.skills.map((skill) => skill.name)).to.deep.equal(['invoice', 'pdf']);
    });

    it('orders ties by name, and candidates by popularity', async () => {
      await catalogue.upsert(['c', 'a', 'b'].map((letter) => record(`tie-${letter}`, { description: 'xylophone' })));
      expect(await find('xylophone')).to.deep.equal(['tie-a', 'tie-b', 'tie-c']);
      await catalogue.setPopularity('reg.example.com/skills/tie-b', 7);
      expect(await find('xylophone', { sort: 'downloads' })).to.deep.equal(['tie-b', 'tie-c', 'tie-a']);
      expect((await catalogue.list(page)).skills[0]?.name).to.equal('tie-b');
    });

    it('looks at 2,000 candidates, the most popular ones', async () => {
      const many = Array.from({ length: 2_050 }, (_, index) => record(`many-${index}`, { description: 'mandolin' }));
      await catalogue.upsert(many);
      await catalogue.setPopularity('reg.example.com/skills/many-2049', 1);
      const found = await catalogue.search({ text: 'mandolin', ...page, sort: 'downloads' });
      expect(found).to.include({ total: 2_000, capped: true, relaxed: false });
      expect(found.hits[0]?.skill.name).to.equal('many-2049');
    }).timeout(20_000);

    it('keeps versions, and shows the newest release', async () => {
      clock += 1_000;
      const newer = ['1.10.0', '1.9.0', '2.0.0-rc.1'].map((version) =>
        record('pdf', { version, description: version }),
      );
      expect(await catalogue.upsert(newer)).to.deep.equal(['added', 'added', 'added']);
      expect(await catalogue.upsert(newer)).to.deep.equal(['same', 'same', 'same']);
      const entry = await catalogue.get('reg.example.com/skills/pdf');
      expect(entry).to.include({ version: '1.10.0', firstSeen: '2026-01-01T00:00:00.000Z' });
      expect(entry?.lastChanged).to.equal('2026-01-01T00:00:01.000Z');
      expect(entry?.versions.map(({ version }) => version)).to.deep.equal(['2.0.0-rc.1', '1.10.0', '1.9.0', '1.0.0']);
      expect((await catalogue.getVersion('reg.example.com/skills/pdf', '1.9.0'))?.description).to.equal('1.9.0');
      expect(await catalogue.stats()).to.deep.include({ skills: 6, versions: 9 });
    });

    it('takes in another digest of a version as a change', async () => {
      const changed = record('pdf', { digest: sha256('other'), description: 'Now about walruses' });
      expect(await catalogue.upsert([changed])).to.deep.equal(['changed']);
      expect(await find('walrus')).to.deep.equal(['pdf']);
      expect(await find('forms')).to.deep.equal([]);
      expect((await catalogue.knownTags(changed.repository)).get('1.0.0')).to.equal(sha256('other'));
    });

    it('unlists a version until it is listed again, through removal and return', async () => {
      const { repository, version } = record('pdf');
      expect(await catalogue.setListed(repository, version, false)).to.equal(true);
      expect(await catalogue.setListed(repository, version, false)).to.equal(false);
      expect(await catalogue.get(repository)).to.equal(undefined);
      expect(await catalogue.getVersion(repository, version)).to.equal(undefined);
      await catalogue.remove(repository);
      await catalogue.upsert([record('pdf', { description: 'Reads PDF files' })]);
      expect(await find('pdf')).to.deep.equal(['pdf-tools', 'invoice']);
      expect(await catalogue.setListed(repository, version, true)).to.equal(true);
      expect(await find('pdf')).to.deep.equal(['pdf', 'pdf-tools', 'invoice']);
      expect(await catalogue.setListed(repository, '9.0.0', false)).to.equal(false);
    });

    it('forgets all of what was removed', async () => {
      for (const { repository } of corpus) expect(await catalogue.remove(repository)).to.equal(true);
      expect(await catalogue.remove(corpus[0]?.repository ?? '')).to.equal(false);
      expect(await catalogue.stats()).to.deep.equal({ skills: 0, versions: 0, tags: 0 });
      expect(await catalogue.tags()).to.deep.equal([]);
      expect(await find('pdf')).to.deep.equal([]);
      expect(await find('kubernets')).to.deep.equal([]);
      expect(await catalogue.repositories()).to.deep.equal([]);
    });

    it('counts tags and knows names and repositories', async () => {
      expect(await catalogue.tags()).to.deep.equal([
        { tag: 'documents', count: 2 },
        { tag: 'finance', count: 1 },
      ]);
      await catalogue.upsert([record('pdf', { repository: 'other.example.com/x/pdf' })]);
      const named = await catalogue.findByName('pdf');
      expect(named.map((skill) => skill.repository)).to.deep.equal([
        'other.example.com/x/pdf',
        'reg.example.com/skills/pdf',
      ]);
      expect(await catalogue.repositories('other.example.com/')).to.deep.equal(['other.example.com/x/pdf']);
    });

    it('is not confused by what looks like a query or a term of its own', async () => {
      for (const text of [
        '"',
        'a" OR "b',
        'NOT pdf',
        'pdf*',
        "'; drop table skills",
        '#documents',
        '_70_',
        '日本語',
        '\0',
      ]) {
        await catalogue.search({ text, ...page });
      }
      await catalogue.upsert([record('nihongo', { description: '日本語の文書を翻訳する。Übersetzt Straßennamen' })]);
      expect(await find('文書')).to.deep.equal(['nihongo']);
      expect(await find('strassennamen')).to.deep.equal(['nihongo']);
      expect(await find('übersetzt')).to.deep.equal(['nihongo']);
    });
  });
}
