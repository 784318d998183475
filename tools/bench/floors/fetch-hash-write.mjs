// The floor of an install from a lock: one process fetches, hashes and writes the same bytes over 16 keep-alive sockets.
// usage: node fetch-hash-write.mjs <list.json: [[path, accept]…]> <origin> <output folder>
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';

const [list, origin, output] = process.argv.slice(2);
const wanted = JSON.parse(readFileSync(list, 'utf8'));
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
mkdirSync(output, { recursive: true });
await Promise.all(
  wanted.map(
    ([path, accept], index) =>
      new Promise((resolve, reject) => {
        get(origin + path, { agent, headers: { accept } }, (response) => {
          if (response.statusCode !== 200) return reject(new Error(`${path}: ${response.statusCode}`));
          const chunks = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('end', () => {
            const bytes = Buffer.concat(chunks);
            createHash('sha256').update(bytes).digest('hex');
            writeFileSync(join(output, String(index)), bytes);
            resolve();
          });
        }).on('error', reject);
      }),
  ),
);
agent.destroy();
