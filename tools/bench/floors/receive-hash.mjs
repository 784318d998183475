// The floor of pulling one layer: one process receives it and hashes it.
// usage: node receive-hash.mjs <url>
import { createHash } from 'node:crypto';
import { get } from 'node:http';

const hash = createHash('sha256');
get(process.argv[2], { agent: false }, (response) => {
  if (response.statusCode !== 200) throw new Error(String(response.statusCode));
  response.on('data', (chunk) => hash.update(chunk));
  response.on('end', () => hash.digest('hex'));
});
