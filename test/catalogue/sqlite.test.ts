import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

import { openSqliteCatalogue } from '../../src/catalogue/index.ts';
import { record, testCatalogue } from './contract.ts';

testCatalogue('SQLite', (now) => openSqliteCatalogue(':memory:', { now }));

describe('catalogue: SQLite in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skills-sqlite-'));
  after(() => rmSync(folder, { recursive: true }));

  it('is still there after it was closed', async () => {
    const file = join(folder, 'deep/catalogue.db');
    const first = await openSqliteCatalogue(file);
    await first.upsert([record('pdf')]);
    await first.close();
    await using second = await openSqliteCatalogue(file);
    expect((await second.findByName('pdf')).map(({ version }) => version)).to.deep.equal(['1.0.0']);
  });

  it('refuses a file that is no database', async () => {
    const file = join(folder, 'text.db');
    writeFileSync(file, 'this is not a database, and it is long enough to be looked at'.repeat(20));
    const error = await openSqliteCatalogue(file).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'ERR_CONFIG_INVALID' });
    expect(String(error)).to.match(/not a database/);
  });
});
