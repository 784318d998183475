import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { type ConformanceReport, describePeers, note, programOf } from './support/peers.ts';
import { embedded } from './support/registries.ts';
import { type Ran, tryRun } from './support/run.ts';

/**
 * Everything that the suite knows, the parts of the coming version of the specification too. But for manifests that name
 * content that is not there: the specification lets a registry refuse them, and ours does.
 */
const everything = {
  OCI_TLS: 'disabled',
  OCI_VERSION: 'dev',
  OCI_API_BLOBS_UPLOAD_CANCEL: 'true',
  OCI_API_BLOBS_DIGEST_HEADER: 'true',
  OCI_API_MANIFESTS_DIGEST_HEADER: 'true',
  OCI_API_MANIFESTS_TAG_PARAM: 'true',
  OCI_DATA_SPARSE: 'false',
};

describePeers('the conformance suite of distribution-spec on our registry', ['conformance'], () => {
  let folder: string;
  let ran: Ran;
  let report: ConformanceReport;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skills-conformance-'));
    mkdirSync(join(folder, 'results'));
    await using registry = await embedded.start({ folder });
    const results = join(folder, 'results');
    ran = await tryRun(programOf('conformance'), [], {
      cwd: folder,
      env: { ...everything, OCI_REGISTRY: registry.host, OCI_RESULTS_DIR: results },
    });
    const { config, apis, data } = parse(readFileSync(join(results, 'results.yaml'), 'utf8'));
    report = { suite: config.commit ?? '', counts: countsOf(ran.stdout), api: apis, data };
    note({ kind: 'conformance', report });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('ends well', () => {
    expect(ran.code, ran.stderr.slice(0, 4_000)).to.equal(0);
  });

  it('has no check that fails, is skipped or breaks', () => {
    const { Pass: passed = 0, Total: total = 0, Disabled: disabled = 0, ...others } = report.counts;
    expect(others).to.deep.equal({ Skip: 0, FAIL: 0, Error: 0 });
    expect(passed).to.equal(total - disabled);
    expect(passed).to.be.greaterThan(800);
  });

  it('passes every part of the API', () => {
    expect(notPassed(report.api)).to.deep.equal([]);
    expect(Object.keys(report.api).length).to.be.greaterThan(20);
  });

  it('passes every form of data but manifests with missing content', () => {
    expect(notPassed(report.data)).to.deep.equal(['Sparse Manifests: Disabled']);
    expect(Object.keys(report.data).length).to.be.greaterThan(20);
  });
});

/** `Pass......: 862`, the lines under the result. */
function countsOf(output: string): Record<string, number> {
  const [, summary = ''] = output.split('OCI Conformance Result');
  const lines = summary.matchAll(/^ {2}(\w+)\.+: +(\d+)$/gm);
  return Object.fromEntries([...lines].map(([, name = '', count]) => [name, Number(count)]));
}

function notPassed(outcomes: Readonly<Record<string, string>>): string[] {
  return Object.entries(outcomes)
    .filter(([, outcome]) => outcome !== 'Pass')
    .map(([name, outcome]) => `${name}: ${outcome}`);
}
