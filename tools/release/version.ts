import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { valid } from 'semver';
import { type Check, holds } from './check.ts';

/** Other files that state the version, and where in them. */
const copies: readonly { file: string; read: (content: Versions) => unknown }[] = [
  { file: 'package-lock.json', read: ({ version }) => version },
  { file: 'package-lock.json', read: ({ packages }) => packages?.['']?.version },
  { file: 'oclif.manifest.json', read: ({ version }) => version },
];

interface Versions {
  readonly version?: unknown;
  readonly packages?: { readonly ''?: { readonly version?: unknown } };
}

export const versionCheck: Check = {
  title: 'version',
  run({ root, packageJson: { version } }) {
    const faults = copies.flatMap(({ file, read }) => {
      const found = read(JSON.parse(readFileSync(join(root, file), 'utf8')));
      return found === version
        ? []
        : [`${file} says ${found}, package.json ${version}: run npm install, npm run generate`];
    });
    if (valid(version) !== version) faults.unshift(`"${version}" is no semantic version (semver.org)`);
    return holds(`${version}, the same in ${[...new Set(copies.map(({ file }) => file))].join(' and ')}`, faults);
  },
};

export const tagCheck: Check = {
  title: 'git tag',
  run({ root, packageJson: { version }, mayBeTagged }) {
    const tag = `v${version}`;
    const git = (...words: string[]) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
    if (git('tag', '--list', tag) === '') return `${tag} is free`;
    return holds(`${tag} is there`, mayBeTagged ? [] : [`${tag} is there already: raise the version in package.json`]);
  },
};
