import { type Check, holds } from './check.ts';

/** docs/ARCHITECTURE.md, Decisions: what sigstore 5 and running TypeScript from source need. */
const supportedNodes = '^22.22.2 || ^24.15.0 || >=26';
const runAtInstall = ['preinstall', 'install', 'postinstall', 'prepare'];

export const dependenciesCheck: Check = {
  title: 'dependencies',
  run({ packageJson }) {
    const { dependencies, optionalDependencies, peerDependencies, bundleDependencies = [] } = packageJson;
    const kinds = { dependencies, optionalDependencies, peerDependencies };
    const faults = Object.entries(kinds).flatMap(([kind, map = {}]) =>
      Object.keys(map).map((name) => `${kind} names ${name}`),
    );
    faults.push(...bundleDependencies.map((name) => `bundleDependencies names ${name}`));
    return holds('none: everything is in the bundle', faults);
  },
};

export const metadataCheck: Check = {
  title: 'package.json',
  run({ packageJson: { engines, license, name, private: isPrivate, scripts = {} } }) {
    const faults = runAtInstall
      .filter((script) => script in scripts)
      .map((script) => `the script ${script} would run at install`);
    if (engines?.node !== supportedNodes)
      faults.push(`engines.node is "${engines?.node}", it should be "${supportedNodes}"`);
    if (license !== 'Apache-2.0') faults.push(`license is "${license}", it should be "Apache-2.0"`);
    if (name !== '@skills/cli') faults.push(`name is "${name}", it should be "@skills/cli"`);
    if (isPrivate) faults.push('private is true: npm refuses to publish it');
    return holds(`${name}, ${license}, Node ${supportedNodes}, nothing runs at install`, faults);
  },
};

/** npm refuses a provenance statement whose repository is another than the one that package.json names. */
export const repositoryCheck: Check = {
  title: 'repository',
  run({ packageJson: { repository }, publishesFrom }) {
    const url = (typeof repository === 'string' ? repository : repository?.url) ?? '';
    if (publishesFrom === undefined) return url || 'not stated yet; publish.yml demands it, for the provenance';
    const named = /github(?:\.com[/:]|:)([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(url)?.[1];
    const wrong = `repository in package.json is "${url}", this workflow runs in ${publishesFrom}: npm would refuse the provenance`;
    return holds(url, named?.toLowerCase() === publishesFrom.toLowerCase() ? [] : [wrong]);
  },
};
