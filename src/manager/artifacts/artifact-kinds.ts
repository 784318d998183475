/** What an artifact is in a person's words, and for programs: what it does for its subject. */
export interface ArtifactKind {
  readonly role: 'signature' | 'attestation' | 'sbom' | 'scan' | 'skill' | 'other';
  /** `signature (sigstore bundle v0.3)`; the type itself where it is not known. */
  readonly title: string;
}

type Row = readonly [pattern: RegExp, role: ArtifactKind['role'], title: string];

/** Predicates of in-toto statements; https://github.com/in-toto/attestation/tree/main/spec/predicates and their writers. */
const predicates: readonly Row[] = [
  [/^https:\/\/sigstore\.dev\/cosign\/sign\/v\d/, 'signature', 'signature'],
  [/^https:\/\/slsa\.dev\/provenance\//, 'attestation', 'SLSA provenance'],
  [/^https:\/\/slsa\.dev\/verification_summary\//, 'attestation', 'SLSA verification summary'],
  [/^https:\/\/spdx\.dev\/Document/, 'sbom', 'SPDX SBOM'],
  [/^https:\/\/cyclonedx\.org\/(?:bom|vex)/, 'sbom', 'CycloneDX SBOM'],
  [/^https:\/\/in-toto\.io\/attestation\/vulns?\//, 'scan', 'vulnerability scan'],
  [/^https:\/\/cosign\.sigstore\.dev\/attestation\/vuln\//, 'scan', 'vulnerability scan'],
  [/^https:\/\/in-toto\.io\/attestation\/scai/, 'attestation', 'SCAI report'],
  [/^https:\/\/in-toto\.io\/attestation\/test-result\//, 'attestation', 'test result'],
  [/^https:\/\/in-toto\.io\/attestation\/release\//, 'attestation', 'release'],
  [/^https:\/\/in-toto\.io\/attestation\/link\//, 'attestation', 'in-toto link'],
  [/^https:\/\/openvex\.dev\/ns/, 'scan', 'OpenVEX statement'],
  [/\/skills\/lifecycle\/v\d/, 'attestation', 'lifecycle of a skill'],
  [/\/skills\/approval\/v\d/, 'attestation', 'approval of a skill'],
];

/** Artifact types, or media types of configs and layers where no artifact type is stated. */
const types: readonly Row[] = [
  [/^application\/vnd\.cncf\.notary\.signature$/, 'signature', 'signature (notation)'],
  [
    /^application\/vnd\.dev\.cosign\.(?:artifact\.sig|simplesigning)\.v1\+json$/,
    'signature',
    'signature (cosign, legacy)',
  ],
  [/^application\/vnd\.dev\.cosign\.artifact\.sbom\./, 'sbom', 'SBOM (cosign, legacy)'],
  [/^application\/vnd\.dsse\.envelope\.v1\+json$/, 'attestation', 'attestation (DSSE envelope)'],
  [/^application\/vnd\.in-toto\+json$/, 'attestation', 'attestation (in-toto)'],
  [/^(?:application\/spdx\+json|text\/spdx(?:\+\w+)?|application\/vnd\.spdx\S*)$/, 'sbom', 'SPDX SBOM'],
  [/^application\/vnd\.cyclonedx(?:\+json|\+xml)?$/, 'sbom', 'CycloneDX SBOM'],
  [/^application\/vnd\.syft\+json$/, 'sbom', 'Syft SBOM'],
  [/^application\/vnd\.goharbor\.harbor\.sbom\./, 'sbom', 'SBOM (Harbor)'],
  [/^application\/(?:sarif\+json|vnd\.sarif\S*)$/, 'scan', 'SARIF report'],
  [/^application\/vnd\.security\.vulnerability\.report/, 'scan', 'vulnerability scan'],
  [/^application\/vnd\.aquasec\.trivy\.report/, 'scan', 'Trivy report'],
  [/^application\/(?:pgp-signature|vnd\.gnupg\S*)$/, 'signature', 'signature (GPG)'],
  [/^application\/vnd\.agentskills\.skill\.v1$/, 'skill', 'skill'],
  [/^application\/vnd\.agentskills\.collection\./, 'other', 'collection of skills'],
  [/^application\/vnd\.cncf\.helm\.config\.v1\+json$/, 'other', 'Helm chart'],
  [
    /^application\/vnd\.(?:oci\.image|docker\.container\.image)\S*config|^application\/vnd\.docker\.container\.image\.v1\+json$/,
    'other',
    'container image',
  ],
  [/^application\/vnd\.(?:oci\.image\.index\.v1|docker\.distribution\.manifest\.list\.v2)\+json$/, 'other', 'index'],
];

/** What cosign keeps under its tags, by their suffix (SIGNATURE_SPEC.md). */
const cosignKinds: Readonly<Record<string, ArtifactKind>> = {
  sig: { role: 'signature', title: 'signature (cosign, legacy tag)' },
  att: { role: 'attestation', title: 'attestation (cosign, legacy tag)' },
  sbom: { role: 'sbom', title: 'SBOM (cosign, legacy tag)' },
};

const bundleType = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v([\d.]+))?\+json(?:;\s*version=([\d.]+))?$/;

/** Whether an artifact type is that of a sigstore bundle, whose predicate tells what it is. */
export function isSigstoreBundle(artifactType: string): boolean {
  return bundleType.test(artifactType);
}

/**
 * @param artifactType as the image-spec gives it: the manifest's own, else the media type of its config.
 * @param predicateType of a sigstore bundle, where it is known.
 */
export function kindOf(artifactType: string, predicateType?: string): ArtifactKind {
  const bundle = bundleType.exec(artifactType);
  if (!bundle) return find(types, artifactType) ?? { role: 'other', title: artifactType || 'unknown' };
  const version = bundle[1] ?? bundle[2];
  const form = `sigstore bundle${version ? ` v${version}` : ''}`;
  if (predicateType === undefined) return { role: 'other', title: form };
  const known = find(predicates, predicateType);
  if (known) return { role: known.role, title: `${known.title} (${form})` };
  return { role: 'attestation', title: `attestation ${predicateType} (${form})` };
}

/** What lies under a tag of cosign's. */
export function kindOfCosignTag(tag: string): ArtifactKind {
  return cosignKinds[tag.slice(tag.lastIndexOf('.') + 1)] ?? { role: 'other', title: tag };
}

function find(rows: readonly Row[], text: string): ArtifactKind | undefined {
  const row = rows.find(([pattern]) => pattern.test(text));
  return row && { role: row[1], title: row[2] };
}
