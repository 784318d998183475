import { SkillsError } from '../core/index.ts';

/** Most that is taken for a password, in bytes. */
const longest = 64 * 1024;

/**
 * A password, or what stands in its place, from standard input; the line break that ends it is none of it.
 *
 * @param flag that asked for it.
 * @throws SkillsError ERR_USAGE where nothing is piped in, or nothing useful.
 */
export async function readSecret(flag: string): Promise<string> {
  if (process.stdin.isTTY) {
    throw new SkillsError('ERR_USAGE', `${flag} reads what is piped in, and nothing is`, {
      hint: `pipe it in: … ${flag} < FILE`,
    });
  }
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of process.stdin) {
    size += piece.length;
    if (size > longest) throw new SkillsError('ERR_USAGE', `${flag}: what is piped in is too long for a password`);
    pieces.push(Buffer.from(piece));
  }
  const secret = Buffer.concat(pieces)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (secret !== '') return secret;
  throw new SkillsError('ERR_USAGE', `${flag}: standard input is empty`, {
    hint: 'in CI, check that the secret is set where this runs',
  });
}
