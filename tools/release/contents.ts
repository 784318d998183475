import { homedir, hostname } from 'node:os';
import { sep } from 'node:path';
import { type Check, holds, type PackageJson } from './check.ts';

/** Everything that may be in the tarball. */
const allowed = [
  /^package\.json$/,
  /^oclif\.manifest\.json$/,
  /^(?:README|CHANGELOG|THIRD_PARTY_NOTICES)\.md$/,
  /^LICENSE$/,
  /^bin\/[\w-]+\.js$/,
  /^dist\/(?!meta)(?:[\w-]+\/)*[\w-]+\.(?:js|js\.map|d\.ts)$/,
  /^schemas\/(?:[\w-]+\/)*[\w.-]+\.json$/,
];

const needed = [
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'THIRD_PARTY_NOTICES.md',
  'oclif.manifest.json',
  'dist/cli/main.js',
];

/** What a secret looks like, by the prefixes that their issuers chose for being found. */
const secrets: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----\s+[\w+/=:]{20}/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b|_authToken\s*=\s*[\w-]{10}/],
  ['a GitHub token', /\b(?:gh[opsur]_[A-Za-z0-9]{36}|github_pat_\w{50})/],
  ['an AWS key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a signed token (JWT)', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10}/],
  ['a password in an address', /\bhttps?:\/\/[\w.-]+:[\w.~-]{6,}@[\w.-]+\.[a-z]{2}/],
];

export const namesCheck: Check = {
  title: 'contents',
  run({ tarball: { files, size }, packageJson }) {
    const faults = [...files.keys()]
      .filter((path) => !allowed.some((pattern) => pattern.test(path)))
      .map((path) => `${path} does not belong in the package`);
    for (const path of [...needed, ...entryPointsOf(packageJson), ...commandsOf(files.get('oclif.manifest.json'))]) {
      if (!files.has(path)) faults.push(`${path} is missing`);
    }
    const unpacked = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    return holds(`${files.size} files, ${megabytes(size)} packed, ${megabytes(unpacked)} unpacked`, faults);
  },
};

export const privacyCheck: Check = {
  title: 'nothing private',
  run({ root, tarball: { files } }) {
    const places = placesOfThisMachine(root);
    const faults = [...files].flatMap(([path, content]) => {
      const text = content.toString('latin1');
      return [
        ...places
          .filter((place) => text.includes(place))
          .map((place) => `${path} names ${place}, a place of this machine`),
        ...secrets.filter(([, pattern]) => pattern.test(text)).map(([name]) => `${path} holds what looks like ${name}`),
        ...(path.endsWith('.map') && text.includes('"sourcesContent"') ? [`${path} holds sources`] : []),
      ];
    });
    return holds('no place of this machine, no secret, no sources', faults);
  },
};

/** What only this machine calls so. A short host name is also a plain word: it is not looked for. */
function placesOfThisMachine(root: string): string[] {
  const host = hostname();
  const places = [root, `${homedir()}${sep}`, ...(host.length > 8 ? [host] : [])];
  return [...new Set(places.flatMap((place) => [place, place.replaceAll('\\', '/')]))];
}

/** Files that package.json promises. */
function entryPointsOf({ bin = {}, exports = {} }: PackageJson): string[] {
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  return [...Object.values(bin), ...targets].map((path) => path.replace(/^\.\//, ''));
}

/** Files of the commands that `oclif.manifest.json` promises. */
function commandsOf(manifest: Buffer | undefined): string[] {
  if (!manifest) return [];
  const { commands } = JSON.parse(manifest.toString()) as { commands: Readonly<Record<string, unknown>> };
  return Object.keys(commands).map((id) => `dist/cli/commands/${id.replaceAll(':', '/')}.js`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
