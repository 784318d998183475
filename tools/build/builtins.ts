import type { Plugin } from 'rolldown';

const names = /^node:(?:http|crypto)$/;

/**
 * Takes some of Node's own modules by `process.getBuiltinModule` instead of by `import`.
 *
 * An import makes a face of ES exports, and reads every one of them for it, also those that Node loads when they are
 * first read: undici for the `WebSocket` of `node:http`, which takes 50 ms, and WebCrypto in `node:crypto`.
 */
export const builtins: Plugin = {
  name: 'builtins',
  resolveId: {
    filter: { id: names },
    handler: (id, _importer, { kind }) =>
      kind === 'import-statement' ? { id: `\0builtin:${id}`, moduleSideEffects: false } : undefined,
  },
  load: {
    filter: { id: /^\0builtin:/ },
    handler: (id) => ({ code: moduleOf(id.slice('\0builtin:'.length)), moduleType: 'js' }),
  },
};

/** An ES module in which each export is read only if somebody imports it. */
function moduleOf(id: string): string {
  const exported = Object.keys(process.getBuiltinModule(id) ?? {});
  return `const all = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(id)});
const read = (name) => all[name];
export default all;
${exported.map((name) => `export const ${name} = /* @__PURE__ */ read("${name}");`).join('\n')}
`;
}
