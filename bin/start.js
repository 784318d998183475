// Syntax that Node 14 reads: an older Node must get as far as the line that tells it so.
const oldest = [22, 22, 2];

function isOlder(version) {
  const parts = version.split('.').map(Number);
  for (let index = 0; index < oldest.length; index++) {
    if (parts[index] !== oldest[index]) return parts[index] < oldest[index];
  }
  return false;
}

/** Answers what needs no command line at all, then hands over to it. */
export async function start(version = process.versions.node) {
  if (isOlder(version)) {
    process.stderr.write(`skills needs Node ${oldest.join('.')} or newer; this is ${version}\n`);
    process.exit(2);
  }
  endOnFailedOutput(process.stdout);
  endOnFailedOutput(process.stderr);
  const words = process.argv.slice(2);
  if (words.length === 1 && ['--version', '-v', '-V', 'version'].includes(words[0])) return printVersion();
  const { enableCompileCache } = await import('node:module');
  if (enableCompileCache) enableCompileCache();
  const { main } = await import('../dist/cli/main.js').catch(explainUnbuilt);
  await main(words, new URL('..', import.meta.url));
}

/** A checkout that was never built; the published package always has its dist/. */
function explainUnbuilt(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('main.js')) throw error;
  process.stderr.write('skills is not built here yet; run: npm start\n');
  process.exit(2);
}

/** `skills list | head` closes the pipe early: that is no failure of ours. A full disk is one. */
function endOnFailedOutput(stream) {
  stream.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(0);
    if (stream === process.stdout) process.stderr.write(`Error: the output cannot be written: ${error.message}\n`);
    process.exit(1);
  });
}

async function printVersion() {
  const { readFileSync } = await import('node:fs');
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`skills ${version}\n`);
}
