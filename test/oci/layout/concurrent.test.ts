import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { openLayout, verifyLayout } from '../../../src/oci/layout/index.ts';
import { config, manifest, push, useFolder } from './content.ts';

const program = fileURLToPath(new URL('./concurrent-writer.ts', import.meta.url));

describe('oci/layout: many writers at once', function () {
  this.timeout(120_000);
  const folder = useFolder();

  it('loses nothing of four processes', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const codes = names.map(async (name) => {
      const child = spawn(process.execPath, [program, folder(), name, '25'], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      const [code] = await once(child, 'exit');
      return code;
    });
    expect(await Promise.all(codes)).to.deep.equal([0, 0, 0, 0]);
    const expected = names.flatMap((name) => Array.from({ length: 25 }, (_, at) => `${name}-${at}`));
    expect(openLayout(folder()).tagNames()).to.deep.equal(expected.sort());
    expect((await verifyLayout(folder())).problems).to.deep.equal([]);
    expect(readdirSync(join(folder(), '.uploads'))).to.deep.equal([]);
  });

  it('shares few replacements of index.json among many changes', async () => {
    const layouts = [openLayout(folder(), { durable: false }), openLayout(folder(), { durable: false })];
    await push(openLayout(folder(), { durable: false }), config);
    await Promise.all(
      Array.from({ length: 1_000 }, async (_, at) => {
        const layout = layouts[at % 2] ?? openLayout(folder());
        const image = manifest([], { annotations: { at: String(at) } });
        await push(layout, image);
        await layout.tag(image.descriptor, `t${at}`);
      }),
    );
    expect(openLayout(folder()).tagNames()).to.have.length(1_000);
  });

  it('refuses only the change that is wrong', async () => {
    const layout = openLayout(folder());
    const image = manifest();
    await push(layout, config, image);
    const results = await Promise.allSettled([
      layout.tag(image.descriptor, 'a'),
      layout.untag('none'),
      layout.tag(image.descriptor, 'b'),
    ]);
    expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    expect(layout.tagNames()).to.deep.equal(['a', 'b']);
  });
});
