import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { SkillsError, toSkillsError } from '../../core/index.ts';

/** `$2a$`, `$2b$` and `$2y$` name the same function; the last is what `htpasswd -B` writes. */
const bcryptPattern = /^\$2[aby]?\$\d\d\$[./A-Za-z0-9]{53}$/;

/** A bcrypt hash of nothing that anyone knows: an unknown user costs as much time as a wrong password. */
const nobody = '$2b$10$7EqJtq98hPqEX7fNZaFWoOhi5B0JmYd2s3nUu1c3BqSxXz2mS8V8K';

/** For how long a password that was right is not computed again: bcrypt is slow on purpose, and each request asks. */
const rememberedFor = 5 * 60_000;
const mostRemembered = 1_000;

/**
 * The users of an htpasswd file. bcrypt only, as Docker's registry has it: the file's other hashes are broken (crypt,
 * MD5) or have no salt (SHA-1).
 *
 * The file is read again when it changes.
 */
export class Htpasswd {
  readonly #file: string;
  readonly #secret = randomBytes(32);
  readonly #remembered = new Map<string, number>();
  #stamp = '';
  #users: ReadonlyMap<string, string> = new Map();

  /** @throws SkillsError ERR_CONFIG_INVALID where a line is no user with a bcrypt hash, ERR_NOT_FOUND without a file. */
  constructor(file: string) {
    this.#file = file;
    this.#reload();
  }

  async check(user: string, password: string): Promise<boolean> {
    this.#reload();
    const key = createHmac('sha256', this.#secret).update(`${this.#stamp}\0${user}\0${password}`).digest('hex');
    if ((this.#remembered.get(key) ?? 0) > Date.now()) return true;
    const { compare } = await import('bcryptjs');
    const hash = this.#users.get(user);
    // bcryptjs compares in constant time.
    const right = (await compare(password, hash ?? nobody)) && hash !== undefined;
    if (right) this.#remember(key);
    return right;
  }

  #remember(key: string): void {
    if (this.#remembered.size >= mostRemembered) this.#remembered.clear();
    this.#remembered.set(key, Date.now() + rememberedFor);
  }

  #reload(): void {
    try {
      const { mtimeMs, size, ino } = statSync(this.#file);
      const stamp = `${mtimeMs}:${size}:${ino}`;
      if (stamp === this.#stamp) return;
      this.#users = parseHtpasswd(readFileSync(this.#file, 'utf8'), this.#file);
      this.#stamp = stamp;
    } catch (error) {
      const { code, message, hint = `make it with "htpasswd -B -c ${this.#file} USER"` } = toSkillsError(error);
      throw new SkillsError(code, message, { hint, cause: error });
    }
  }
}

/** Users and their hashes. Empty lines and lines that begin with `#` are passed over. */
function parseHtpasswd(text: string, file: string): Map<string, string> {
  const users = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    const hash = line.slice(colon + 1).trim();
    if (colon < 1 || !bcryptPattern.test(hash)) throw badLine(file, index + 1);
    users.set(line.slice(0, colon), hash);
  }
  return users;
}

function badLine(file: string, line: number): SkillsError {
  return new SkillsError('ERR_CONFIG_INVALID', `${file}:${line}: is no user with a bcrypt hash`, {
    hint: 'write users with: htpasswd -B <file> <user>',
    data: { file, line },
  });
}
