import type { Solution } from '../../resolve/index.ts';
import type { Pick } from './pick.ts';

/** What belongs to the skills and is not installed with them, in sentences: hosts, other ecosystems, suggestions. */
export function notices(picks: readonly Pick[], { skipped }: Solution): readonly string[] {
  return [
    ...skipped.map(({ name, requiredBy, why }) => `${requiredBy} would also use ${name}, which is left out: ${why}`),
    ...picks.flatMap(({ name, opened }) => {
      const { hosts, foreign, suggestions } = opened.artifact.manifest;
      return [
        ...Object.entries(hosts).map(
          ([host, range]) => `${name} is made for ${host}${range === '*' ? '' : ` ${range}`}`,
        ),
        ...Object.entries(foreign).map(
          ([ecosystem, packages]) => `${name} needs from ${ecosystem}: ${listPackages(packages)}`,
        ),
        ...Object.entries(suggestions).map(([other, why]) => `${name} goes well with ${other}: ${why}`),
      ];
    }),
  ];
}

function listPackages(packages: Readonly<Record<string, string>>): string {
  return Object.entries(packages)
    .map(([name, range]) => (range === '*' ? name : `${name} ${range}`))
    .join(', ');
}
