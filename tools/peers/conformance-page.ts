import type { ConformanceReport } from '../../test/peers/support/peers.ts';

/** docs/conformance.md. */
export function conformancePage({ suite, counts, api, data }: ConformanceReport, version: string): string {
  const { Total: total = 0, ...rest } = counts;
  const outcomes = Object.entries(rest).map(([name, count]) => `${count} ${name.toLowerCase()}`);
  return `# Conformance

Written by \`npm run test:peers -- --write\`: the conformance suite of the
[distribution-spec](https://github.com/opencontainers/distribution-spec/tree/main/conformance), ${suite ? `commit \`${suite.slice(0, 12)}\`` : version},
on \`skills registry serve\`. All of its workflows run, with the coming version of the specification (\`OCI_VERSION=dev\`),
cancelled uploads, digest headers and tags as parameters of a push. Left out is one form of data: manifests that name
content which is not there. The specification lets a registry refuse them, and this one does.

**${total} checks: ${outcomes.join(', ')}.**

${table('API', api)}

${table('Data', data)}
`;
}

function table(title: string, outcomes: Readonly<Record<string, string>>): string {
  const rows = Object.entries(outcomes).map(([name, outcome]) => `| ${name} | ${outcome} |`);
  return [`| ${title} | outcome |`, '| --- | --- |', ...rows].join('\n');
}
