import { expect } from 'chai';
import { isSigstoreBundle, kindOf, kindOfCosignTag } from '../../../src/manager/artifacts/artifact-kinds.ts';

const bundle = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const rows: readonly (readonly [type: string, predicate: string | undefined, role: string, title: string])[] = [
  [bundle, 'https://sigstore.dev/cosign/sign/v1', 'signature', 'signature (sigstore bundle v0.3)'],
  [bundle, 'https://slsa.dev/provenance/v1', 'attestation', 'SLSA provenance (sigstore bundle v0.3)'],
  [bundle, 'https://spdx.dev/Document/v2.3', 'sbom', 'SPDX SBOM (sigstore bundle v0.3)'],
  [bundle, 'https://cyclonedx.org/bom', 'sbom', 'CycloneDX SBOM (sigstore bundle v0.3)'],
  [bundle, 'https://cosign.sigstore.dev/attestation/vuln/v1', 'scan', 'vulnerability scan (sigstore bundle v0.3)'],
  [bundle, 'https://skills.example/skills/lifecycle/v1', 'attestation', 'lifecycle of a skill (sigstore bundle v0.3)'],
  [bundle, 'https://acme.example/x', 'attestation', 'attestation https://acme.example/x (sigstore bundle v0.3)'],
  [bundle, undefined, 'other', 'sigstore bundle v0.3'],
  ['application/vnd.dev.sigstore.bundle+json;version=0.2', undefined, 'other', 'sigstore bundle v0.2'],
  ['application/vnd.cncf.notary.signature', undefined, 'signature', 'signature (notation)'],
  ['application/vnd.dev.cosign.simplesigning.v1+json', undefined, 'signature', 'signature (cosign, legacy)'],
  ['application/vnd.dev.cosign.artifact.sig.v1+json', undefined, 'signature', 'signature (cosign, legacy)'],
  ['application/spdx+json', undefined, 'sbom', 'SPDX SBOM'],
  ['text/spdx', undefined, 'sbom', 'SPDX SBOM'],
  ['application/vnd.cyclonedx+json', undefined, 'sbom', 'CycloneDX SBOM'],
  ['application/vnd.goharbor.harbor.sbom.v1', undefined, 'sbom', 'SBOM (Harbor)'],
  ['application/sarif+json', undefined, 'scan', 'SARIF report'],
  ['application/vnd.in-toto+json', undefined, 'attestation', 'attestation (in-toto)'],
  ['application/vnd.agentskills.skill.v1', undefined, 'skill', 'skill'],
  ['application/vnd.oci.image.config.v1+json', undefined, 'other', 'container image'],
  ['application/vnd.docker.container.image.v1+json', undefined, 'other', 'container image'],
  ['application/vnd.oci.image.index.v1+json', undefined, 'other', 'index'],
  ['application/vnd.cncf.helm.config.v1+json', undefined, 'other', 'Helm chart'],
  ['application/vnd.acme.unheard-of', undefined, 'other', 'application/vnd.acme.unheard-of'],
  ['', undefined, 'other', 'unknown'],
];

describe('what artifacts are called', () => {
  for (const [type, predicate, role, title] of rows) {
    it(`${type || '(no type)'}${predicate ? ` of ${predicate}` : ''}: ${title}`, () =>
      expect(kindOf(type, predicate)).to.deep.equal({ role, title }));
  }

  it('a predicate decides of bundles only', () => {
    expect(kindOf('application/spdx+json', 'https://slsa.dev/provenance/v1').title).to.equal('SPDX SBOM');
    expect([isSigstoreBundle(bundle), isSigstoreBundle('application/json')]).to.deep.equal([true, false]);
  });

  it("cosign's tags by their suffix", () => {
    const hex = 'a'.repeat(64);
    expect(kindOfCosignTag(`sha256-${hex}.att`).role).to.equal('attestation');
    expect(kindOfCosignTag(`sha256-${hex}.xyz`)).to.deep.equal({ role: 'other', title: `sha256-${hex}.xyz` });
  });
});
