import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { outputSchemas } from '../../../src/cli/output/schemas.ts';
import { errorDocument, formatError, isJsonWanted, reportError } from '../../../src/cli/render/error.ts';
import { SkillsError } from '../../../src/core/index.ts';

const lines = (error: SkillsError, verbose = false) =>
  stripVTControlCharacters(formatError(error, verbose)).split('\n');

describe('formatError', () => {
  it('says what happened, why, and what to do', () => {
    const cause = new Error('connect ECONNREFUSED 127.0.0.1:9');
    const error = new SkillsError('ERR_NETWORK', 'the registry cannot be reached', { cause, hint: 'is it up?' });
    expect(lines(error)).to.deep.equal([
      'Error: the registry cannot be reached',
      '  because connect ECONNREFUSED 127.0.0.1:9',
      'What to do: is it up?',
      '(ERR_NETWORK)',
      '',
    ]);
  });

  it('does not say twice what the message says already', () => {
    const cause = new Error('boom', { cause: new Error('boom') });
    expect(lines(new SkillsError('ERR_IO', 'it failed: boom', { cause }))[1]).to.equal('(ERR_IO)');
  });

  it("does not say the system's code twice, nor that what was stopped was aborted", () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' });
    const network = new SkillsError('ERR_NETWORK', 'the connection was refused (ECONNREFUSED)', { cause: refused });
    expect(lines(network)[1]).to.equal('(ERR_NETWORK)');
    const cause = Object.assign(new Error('This operation was aborted'), { name: 'AbortError' });
    expect(lines(new SkillsError('ERR_INTERRUPTED', 'Stopped before it was done', { cause }))).to.deep.equal([
      'Error: Stopped before it was done',
      'What to do: run it again: nothing was left half done',
      '(ERR_INTERRUPTED)',
      '',
    ]);
  });

  it("leaves out Node's advice about certificates, and OpenSSL's lines, where our message has their code", () => {
    for (const [code, text] of [
      [
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        'self-signed certificate; if the root CA is installed locally, try --use-system-ca',
      ],
      ['ERR_TLS_CERT_ALTNAME_INVALID', "IP: 192.0.2.2 is not in the cert's list: "],
      ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', '00AB:error:0A00045C:SSL routines:alert number 116\n'],
    ] as const) {
      const cause = Object.assign(new Error(text), { code });
      const error = new SkillsError('ERR_NETWORK', `its certificate is not accepted (${code})`, { cause });
      expect(lines(error)[1]).to.equal('(ERR_NETWORK)');
    }
  });

  it('takes secrets out of causes too', () => {
    const cause = new Error('GET https://user:hunter2@example.com failed');
    const text = lines(new SkillsError('ERR_NETWORK', 'no', { cause })).join('\n');
    expect(text).to.contain('https://***@example.com').and.not.to.contain('hunter2');
  });

  it('shows stacks with --verbose only, without secrets', () => {
    const cause = new Error('Bearer abcdefghijklmnop was refused');
    const error = new SkillsError('ERR_UNAUTHORISED', 'no', { cause });
    expect(lines(error).join('\n')).not.to.contain('error.test');
    const verbose = lines(error, true).join('\n');
    expect(verbose).to.contain('error.test').and.to.contain('caused by Error').and.not.to.contain('abcdefghijklmnop');
  });

  it('ends where causes run in a circle', () => {
    const cause = new Error('round');
    cause.cause = cause;
    expect(lines(new SkillsError('ERR_IO', 'it', { cause }), true)).to.include('  because round');
  });
});

describe('errorDocument', () => {
  it('is what its schema says, with and without details', () => {
    const full = new SkillsError('ERR_CONFLICT', 'a', { hint: 'b', cause: new Error('c'), data: { d: 1 } });
    for (const error of [full, new SkillsError('ERR_USAGE', 'a')]) {
      const document = errorDocument(error, error.exitCode);
      expect(outputSchemas.error.parse(document)).to.deep.equal(document);
    }
    expect(errorDocument(full, 4).error).to.deep.equal({
      code: 'ERR_CONFLICT',
      message: 'a',
      exitCode: 4,
      hint: 'b',
      why: ['c'],
      data: { d: 1 },
    });
  });
});

describe('reportError', () => {
  it('obeys a bare request to exit', () => {
    const request = Object.assign(new Error('EEXIT: 7'), { code: 'EEXIT', oclif: { exit: 7 } });
    expect(reportError(request, { json: false, verbose: false })).to.equal(7);
  });
});

describe('isJsonWanted', () => {
  it('looks no further than --', () => {
    expect(isJsonWanted(['list', '--json'])).to.equal(true);
    expect(isJsonWanted(['show', '--', '--json'])).to.equal(false);
    expect(isJsonWanted([])).to.equal(false);
  });
});
