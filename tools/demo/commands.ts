import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The index as its server tells of it. */
interface Index {
  readonly url: string;
  readonly token: string;
}

/**
 * Lines to paste into another terminal, whatever folder that is in and whatever Node it has. They work in a temporary
 * folder, so that nothing is installed into the checkout.
 *
 * @param root the checkout.
 */
export function commands(root: string, host: string, { url, token }: Index): string[] {
  return [
    '  cd "$(mktemp -d)"',
    `  skills() { ${quote(nodeOf(root))} ${quote(join(root, 'bin', 'skills.js'))} "$@"; }`,
    `  export SKILLS_REGISTRY=${host}/skills SKILLS_INDEX=${url} SKILLS_INDEX_TOKEN=${quote(token)}`,
    '  skills search testing',
    '  skills install csv-report',
    `  curl '${url}/api/v1/search?q=python'`,
  ];
}

/** The Node that the setup brought, as it may be newer than the machine's; else the one that runs this. */
function nodeOf(root: string): string {
  const brought = join(root, 'node_modules', '.bin', 'node');
  return existsSync(brought) ? brought : process.execPath;
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
