// A registry in a process of its own: says its host to whoever forked it, ends on SIGTERM.
import { serveRegistry } from '../../../src/oci/server/index.ts';

const server = await serveRegistry({ dir: process.argv[2] ?? '.' });
process.send?.(server.host);
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
