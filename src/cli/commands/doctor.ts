import { exitCodes } from '../../core/index.ts';
import type { DoctorReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { indexFlags, offlineFlag, projectFlags, remoteFlags } from '../flags.ts';
import { formatDoctorReport } from '../render/doctor.ts';

export class Doctor extends SkillsCommand {
  static override summary = 'Say what is configured and what is wrong';
  static override examples = ['<%= config.bin %> doctor'];
  static override flags = { ...projectFlags, ...remoteFlags, ...indexFlags, ...offlineFlag };

  async run(): Promise<DoctorReport> {
    const { flags } = await this.parse(Doctor);
    const report = await this.withManager(flags, (manager) => manager.doctor());
    this.print(formatDoctorReport(report));
    if (!report.ok) this.exitWith(exitCodes.failure);
    return report;
  }
}
