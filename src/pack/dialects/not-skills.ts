import type { ImageManifest } from '../../core/index.ts';

/** Types of what lies in the same registries and is no skill, and what it is. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/^application\/vnd\.cncf\.helm\./, 'a Helm chart'],
  [/^application\/vnd\.agentpackage\.plugin\./, 'an agent plugin, of which skills are only a part'],
  [/^dev\.toolhive\.plugins\./, 'a plugin of ToolHive, of which skills are only a part'],
  [/^application\/vnd\.docker\.agent\./, 'an agent of Docker Agent: one YAML file'],
  [/^application\/vnd\.cncf\.model\./, 'a model (CNCF ModelPack)'],
  [/^application\/vnd\.(?:dev\.sigstore\.bundle|dev\.cosign|cncf\.notary)\b/, 'a signature'],
  [/^application\/vnd\.in-toto/, 'an attestation'],
  [/^(?:application\/(?:spdx|vnd\.cyclonedx)|text\/spdx)\b/, 'a bill of materials (SBOM)'],
  [/^application\/(?:vnd\.)?wasm\b/, 'a WebAssembly module'],
];

/** What an artifact is that is surely no skill; undefined for what may be one. */
export function nameNoSkill({ artifactType = '', config, layers }: ImageManifest): string | undefined {
  const types = [artifactType, config.mediaType, ...layers.map(({ mediaType }) => mediaType)];
  const known = kinds.find(([pattern]) => types.some((type) => pattern.test(type)));
  if (known) return known[1];
  return layers.every(({ mediaType }) => mediaType === 'application/vnd.oci.empty.v1+json')
    ? 'an artifact without content'
    : undefined;
}
