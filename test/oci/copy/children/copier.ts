import { copy, openLayoutAt, RemoteRegistry } from '../../../../src/oci/index.ts';

// node copier.ts <from> <to> [most bytes of memory]: each end is a path of a layout or `host/repository`. Prints a line a
// piece of content, and at the end the most memory that it had in use, in bytes.
const [from = '', to = ''] = process.argv.slice(2);

function open(end: string) {
  if (end.startsWith('/')) return openLayoutAt(end);
  const slash = end.indexOf('/');
  return new RemoteRegistry(end.slice(0, slash)).repository(end.slice(slash + 1));
}

await copy(open(from), '1.2.0', open(to), '1.2.0', {
  referrers: true,
  concurrency: 2,
  onProgress: ({ done, way }) => {
    if (done) console.log(way);
  },
});
console.log(`memory ${process.resourceUsage().maxRSS * 1024}`);
