import { Args, Flags } from '@oclif/core';
import type { LoginReport } from '../../manager/index.ts';
import { askLogin } from '../ask-login.ts';
import { SkillsCommand } from '../command.ts';
import { credentialFlags, transportFlags } from '../flags.ts';
import { formatLoginReport } from '../render/login.ts';

export class Login extends SkillsCommand {
  static override summary = 'Log in to a registry';
  static override description =
    'Shows the credentials to the registry and, once it takes them, keeps them where docker and podman keep theirs: in the credential helper that is configured, else in a file. Whoever is logged in with docker or podman is logged in here.';
  static override examples = [
    '<%= config.bin %> login ghcr.io',
    { description: 'In CI', command: 'echo "$TOKEN" | <%= config.bin %> login ghcr.io -u ann --password-stdin' },
    { description: 'For a part of a registry', command: '<%= config.bin %> login quay.io/acme' },
  ];
  static override args = {
    registry: Args.string({ description: 'Host, perhaps with a namespace (default: the host of bare names)' }),
  };
  static override flags = {
    username: Flags.string({ char: 'u', summary: 'Who logs in; asked for on a terminal', helpValue: 'NAME' }),
    'password-stdin': Flags.boolean({
      summary: 'Read the password or token from standard input; asked for on a terminal',
      exclusive: ['identity-token-stdin'],
    }),
    'identity-token-stdin': Flags.boolean({
      summary: "Read an identity token from standard input: a refresh token of the registry's token service",
      exclusive: ['username'],
    }),
    'registry-config': credentialFlags['registry-config'],
    ...transportFlags,
  };

  async run(): Promise<LoginReport> {
    const { args, flags } = await this.parse(Login);
    const { username, 'password-stdin': password, 'identity-token-stdin': token, ...place } = flags;
    const given = { username, 'password-stdin': password, 'identity-token-stdin': token };
    const report = await this.withManager(place, (manager) =>
      manager.login(args.registry, (registry) => askLogin(registry, given)),
    );
    this.print(formatLoginReport(report), '');
    for (const warning of report.warnings) this.note(`warning: ${warning}`);
    return report;
  }
}
