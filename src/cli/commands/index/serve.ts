import { Flags } from '@oclif/core';
import { SkillsCommand } from '../../command.ts';

export class IndexServe extends SkillsCommand {
  static override summary = 'Serve the search index of one or more registries';
  static override description =
    'Reads skills from the registries and answers searches under /api/v1. Changes need the token that is printed at the start. Stops with Ctrl-C, exit code 0.';
  static override examples = [
    '<%= config.bin %> index serve --registry 127.0.0.1:5000',
    '<%= config.bin %> index serve --registry ghcr.io/acme/skills --db sqlite:./index.db --port 7080',
  ];
  static override flags = {
    registry: Flags.string({
      char: 'r',
      summary: 'Registry to look at, perhaps with a path; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      required: true,
      helpValue: 'PREFIX',
    }),
    db: Flags.string({ summary: 'Where the catalogue is kept: sqlite:FILE (default: in memory)', helpValue: 'URL' }),
    port: Flags.integer({ char: 'p', summary: 'Port; 0 takes a free one', min: 0, max: 65_535, default: 7080 }),
    host: Flags.string({ summary: 'Address to listen on', default: '127.0.0.1' }),
    token: Flags.string({ summary: 'Token for changes (default: a new one)', env: 'SKILLS_INDEX_TOKEN' }),
    'further-host': Flags.string({
      summary: 'Host that the registries may send to as well, for tokens or blobs; others are refused; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'HOST',
    }),
    'registry-config': Flags.file({
      summary:
        "File with credentials for the registries, in the form of docker's config.json; what they may read, everybody who reaches the index sees; may be repeated",
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
    }),
    'plain-http': Flags.string({
      summary: 'Speak plain http with this host',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'HOST',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(IndexServe);
    const { serveIndex } = await import('../../../service/index.ts');
    await this.serve(async (logger) => {
      const { db, port, host, token, 'registry-config': registryConfig } = flags;
      const rules = { plain: new Set(flags['plain-http']), furtherHosts: flags['further-host'] ?? [] };
      const server = await serveIndex({
        registries: flags.registry.map((prefix) => registryOf(prefix, rules)),
        port,
        host,
        ...(db === undefined ? {} : { db }),
        ...(token === undefined ? {} : { token }),
        ...(registryConfig === undefined ? {} : { registryConfig }),
        ...(logger ? { logger } : {}),
      });
      return { url: server.url, token: server.token, what: 'index', close: () => server.close() };
    }, flags.verbose);
  }
}

/** `host/path` as the service takes it. */
function registryOf(
  prefix: string,
  { plain, furtherHosts }: { plain: ReadonlySet<string>; furtherHosts: readonly string[] },
) {
  const slash = prefix.indexOf('/');
  const host = slash < 0 ? prefix : prefix.slice(0, slash);
  return { host, ...(slash < 0 ? {} : { prefix: prefix.slice(slash + 1) }), plainHttp: plain.has(host), furtherHosts };
}
