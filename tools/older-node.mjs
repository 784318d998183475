/**
 * Lets the oldest Node that is supported run the sources and their tests: it strips types by itself, but it does not know
 * `using`, which rolldown rewrites here as it does in the bundle. Node 24 needs none of this.
 *
 *     <node 22> --import ./tools/older-node.mjs node_modules/mocha/bin/mocha.js 'test/pack/**\/*.test.ts'
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'rolldown/utils';

registerHooks({
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
    const file = fileURLToPath(url);
    const { code } = transformSync(file, readFileSync(file, 'utf8'), { lang: 'ts', target: 'node22' });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
