import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LayoutRegistry, verifyLayout } from '../../../src/oci/layout/index.ts';
import { config, push } from '../layout/content.ts';
import { checkRow, useServer } from './ask.ts';

import { image, large, list, report, signature, tags, ten, wide } from './fixtures.ts';
import { pullRows } from './pull-rows.ts';
import { pushRows } from './push-rows.ts';

describe('oci/server: the table of requests and answers', () => {
  let dir = '';
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'skills-server-'));
    const registry = new LayoutRegistry(dir, { durable: false });
    const main = registry.repository('a/b');
    await push(main, config, ten, large, wide, image, list, signature, report);
    for (const tag of tags) await main.tag(image.descriptor, tag);
    await main.tag(list.descriptor, 'list');
    for (const name of ['a', 'a/blobs', 'other']) await push(registry.repository(name), config);
  });
  after(() => rmSync(dir, { recursive: true, force: true }));
  const server = useServer(() => dir);

  for (const row of [...pullRows, ...pushRows]) it(row.description, async () => void (await checkRow(server(), row)));

  it('leaves layouts that verify', async () => {
    for (const name of ['a/b', 'up', 'other']) {
      expect((await verifyLayout(join(dir, name))).problems, name).to.deep.equal([]);
    }
  });
});
