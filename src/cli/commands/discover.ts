import { Args, Flags } from '@oclif/core';
import type { ArtifactNode } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { remoteFlags } from '../flags.ts';
import { formatDiscovered, listDiscovered } from '../render/artifacts.ts';

export class Discover extends SkillsCommand {
  static override summary = 'Show what belongs to an artifact: signatures, attestations, SBOMs';
  static override description =
    'The tree of all that refers to it, and to that: sigstore bundles with what they state, cosign signatures of the old form, notation, SPDX and CycloneDX, and any other. Nothing is verified.';
  static override examples = [
    '<%= config.bin %> discover ghcr.io/acme/skills/pdf:1.2.0',
    '<%= config.bin %> discover ghcr.io/acme/skills/pdf:1.2.0 --artifact-type application/spdx+json --json',
  ];
  static override args = {
    reference: Args.string({ description: 'Reference with a tag or digest, or oci-layout:DIR:TAG', required: true }),
  };
  static override flags = {
    ...remoteFlags,
    'artifact-type': Flags.string({ summary: 'Only what is of this type, and what leads to it', helpValue: 'TYPE' }),
    depth: Flags.integer({ summary: 'Levels that are looked at', min: 1, max: 32, default: 8 }),
  };

  async run(): Promise<ArtifactNode> {
    const { args, flags } = await this.parse(Discover);
    const tree = await this.withManager(flags, (manager) =>
      manager.artifacts.discover(args.reference, { artifactType: flags['artifact-type'], depth: flags.depth }),
    );
    this.print(formatDiscovered(tree, flags['artifact-type']), listDiscovered(tree));
    return tree;
  }
}
