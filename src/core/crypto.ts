/**
 * Node's crypto module, loaded when the first digest is computed: importing it costs every start 4 to 8 ms, and a
 * command that lists or explains computes none.
 */
export function loadCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}
