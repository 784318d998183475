import { Args } from '@oclif/core';
import type { LogoutReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { credentialFlags } from '../flags.ts';
import { formatLogoutReport } from '../render/login.ts';

export class Logout extends SkillsCommand {
  static override summary = "Remove a registry's credentials from this machine";
  static override description =
    'Removes them from every file and helper in which they would be found; with --registry-config from those files only.';
  static override examples = ['<%= config.bin %> logout ghcr.io'];
  static override args = {
    registry: Args.string({ description: 'Host, perhaps with a namespace (default: the host of bare names)' }),
  };
  static override flags = { 'registry-config': credentialFlags['registry-config'] };

  async run(): Promise<LogoutReport> {
    const { args, flags } = await this.parse(Logout);
    const report = await this.withManager(flags, (manager) => manager.logout(args.registry));
    this.print(formatLogoutReport(report), '');
    for (const warning of report.warnings) this.note(`warning: ${warning}`);
    return report;
  }
}
