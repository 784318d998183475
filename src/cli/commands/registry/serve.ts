import { Flags } from '@oclif/core';
import { SkillsCommand } from '../../command.ts';

export class RegistryServe extends SkillsCommand {
  static override summary = 'Serve a folder of OCI image layouts as a registry';
  static override description =
    'A small registry after distribution-spec 1.1, for tests, demonstrations and small teams. Stops with Ctrl-C, exit code 0.';
  static override examples = [
    '<%= config.bin %> registry serve',
    '<%= config.bin %> registry serve --dir ./registry --port 5000 --htpasswd ./users',
  ];
  static override flags = {
    dir: Flags.string({ char: 'd', summary: 'Folder of the layouts, one a repository', default: './registry' }),
    port: Flags.integer({ char: 'p', summary: 'Port; 0 takes a free one', min: 0, max: 65_535, default: 5000 }),
    host: Flags.string({ summary: 'Address to listen on', default: '127.0.0.1' }),
    htpasswd: Flags.file({ summary: 'Users and bcrypt passwords; none: everybody may push', helpValue: 'FILE' }),
    'read-only': Flags.boolean({ summary: 'Refuse every change' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(RegistryServe);
    const { serveRegistry } = await import('../../../oci/server/index.ts');
    await this.serve(async (logger) => {
      const { dir, port, host, htpasswd } = flags;
      const server = await serveRegistry({
        dir,
        port,
        host,
        readOnly: flags['read-only'],
        ...(htpasswd === undefined ? {} : { htpasswd }),
        ...(logger ? { logger } : {}),
      });
      return { url: server.url, what: `registry of ${dir}`, close: () => server.close() };
    }, flags.verbose);
  }
}
