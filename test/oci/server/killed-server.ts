// A registry in a process of its own, to be killed: prints its address.
import { serveRegistry } from '../../../src/oci/server/index.ts';

const server = await serveRegistry({ dir: process.argv[2] ?? '' });
process.stdout.write(`${server.port}\n`);
