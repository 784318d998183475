/**
 * A second face of the manifest, for what installs: what stands in an artifact is read without the readers of files, and
 * so without zod and the YAML parser, which take longer to load than a small skill to install. The first face has these
 * too; whoever imports that one statically loads all of it.
 */
export { asksForNothing } from '../capabilities.ts';
export { embedManifest } from './embed-manifest.ts';
export { readEmbeddedManifest } from './read-embedded.ts';
