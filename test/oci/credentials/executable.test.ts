import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandOf, findExecutable } from '../../../src/oci/credentials/executable.ts';

describe('programs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'skills-programs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are found in the order of the PATH, folders and files that cannot be run passed over', () => {
    for (const name of ['a', 'b', 'c']) mkdirSync(join(folder, name));
    mkdirSync(join(folder, 'a', 'tool'));
    writeFileSync(join(folder, 'b', 'tool'), '', { mode: 0o644 });
    writeFileSync(join(folder, 'c', 'tool'), '', { mode: 0o755 });
    const PATH = ['a', 'b', 'c'].map((name) => join(folder, name)).join(':');
    expect(findExecutable('tool', { PATH })).to.equal(join(folder, 'c', 'tool'));
    expect(findExecutable('other', { PATH })).to.equal(undefined);
    expect(findExecutable('tool', {})).to.equal(undefined);
  });

  it('have an ending on Windows, and are started by the command processor where they are scripts', () => {
    expect(commandOf('C:\\bin\\docker-credential-x.exe', 'get', {})).to.deep.equal({
      file: 'C:\\bin\\docker-credential-x.exe',
      words: ['get'],
      verbatim: false,
    });
    expect(commandOf('C:\\my bin\\docker-credential-x.cmd', 'get', { ComSpec: 'C:\\cmd.exe' })).to.deep.equal({
      file: 'C:\\cmd.exe',
      words: ['/d', '/s', '/c', '""C:\\my bin\\docker-credential-x.cmd" get"'],
      verbatim: true,
    });
  });

  for (const path of ['C:\\a%PATH%\\x.cmd', 'C:\\a"b\\x.bat', 'C:\\a^b\\x.CMD', 'C:\\a!b!\\x.cmd']) {
    it(`are not started where the processor would read more than a name: ${path}`, () =>
      expect(commandOf(path, 'get', {})).to.equal(undefined));
  }
});
