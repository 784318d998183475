// Pulls one artifact into a layout folder, as `copy` does it for everything, and unpacks it where a folder is named.
// usage: <host> <repository> <tag> <layout> [folder]
import { copy, openLayout, RemoteRegistry } from '../../../src/oci/index.ts';

const [host = '', repository = '', tag = '', layout = '', folder] = process.argv.slice(2);
await using registry = new RemoteRegistry(host, {});
const target = openLayout(layout);
await copy(registry.repository(repository), tag, target, tag);
if (folder) {
  const { readArtifact, unpackArtifact } = await import('../../../src/pack/index.ts');
  await unpackArtifact(target, await readArtifact(target, tag), folder);
}
