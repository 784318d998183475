// DESIGN's import table: which folder of src may import which others (besides core, which all may).
export const mayImport = {
  core: [],
  manifest: [],
  pack: ['manifest'],
  oci: [],
  trust: [],
  sources: ['manifest', 'pack', 'oci'],
  resolve: ['manifest'],
  store: ['pack', 'oci'],
  api: ['manifest'],
  catalogue: ['manifest', 'api'],
  runtime: ['manifest', 'store'],
  manager: ['manifest', 'pack', 'oci', 'trust', 'sources', 'resolve', 'store', 'api', 'catalogue', 'runtime'],
  service: ['manifest', 'pack', 'oci', 'trust', 'sources', 'api', 'catalogue'],
  cli: ['manager', 'api'],
};

/** These two are servers: the command line loads them when they are asked for, and not before. */
const lazyForCli = '^src/(service|oci/server)/index[.]ts$';

const folders = Object.entries(mayImport).map(([folder, others]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import ${['core', ...others].join(', ')} (docs/ARCHITECTURE.md, the import table)`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: {
    path: '^src/',
    pathNot: [
      ...[folder, ...others, ...(folder === 'core' ? [] : ['core'])].map((name) => `^src/${name}/`),
      ...(folder === 'cli' ? [lazyForCli] : []),
    ],
  },
}));

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true } },
    ...folders,
    {
      name: 'library-imports',
      comment: 'src/index.ts is the manager, with the errors and types of core',
      severity: 'error',
      from: { path: '^src/index[.]ts$' },
      to: { path: '^src/', pathNot: '^src/(core|manager)/index[.]ts$' },
    },
    {
      name: 'only-public-faces',
      comment:
        'another folder is imported by its index.ts (the registry server, the probes and the embedded manifest have one of their own)',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: {
        path: '^src/[^/]+/',
        pathNot: ['^src/$1/', '^src/[^/]+/index[.]ts$', '^src/(oci/(server|probe)|manifest/embedded)/index[.]ts$'],
      },
    },
    {
      name: 'servers-are-lazy',
      comment: 'only `await import()` of the two servers keeps them out of every start',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: lazyForCli, dynamic: false },
    },
    {
      name: 'server-apart',
      comment: 'the oci folder does not load its own server',
      severity: 'error',
      from: { path: '^src/oci/', pathNot: '^src/oci/server/' },
      to: { path: '^src/oci/server/' },
    },
    {
      name: 'no-test-code',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|tools)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
