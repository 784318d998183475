import { Flags } from '@oclif/core';
import { exitCodes } from '../../core/index.ts';
import type { DoctorReport, RegistryReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { indexFlags, offlineFlag, projectFlags, remoteFlags } from '../flags.ts';
import { formatDoctorReport } from '../render/doctor.ts';
import { formatRegistryReport } from '../render/registry-report.ts';

const { registry, ...otherRemoteFlags } = remoteFlags;

export class Doctor extends SkillsCommand {
  static override summary = 'Say what is configured and what is wrong';
  static override description =
    'With --registry, finds out what a registry can do, by asking it: how it is reached and who may log in, lists and referrers, parts of blobs, content trust, which signatures it shows. With --write also what it does with what is pushed: uploads, chunks, mounts, tags that move, deletes; for that a small artifact is put into <prefix>/skills-probe and removed again. The exit code is not 0 where no registry answers, a login is refused, or with --write nothing could be pushed.';
  static override examples = [
    '<%= config.bin %> doctor',
    { description: 'What a registry can do', command: '<%= config.bin %> doctor --registry ghcr.io/acme/skills' },
    {
      description: 'Also what it does with what is pushed',
      command: '<%= config.bin %> doctor --registry harbor.example.com/team --write',
    },
  ];
  static override flags = {
    ...projectFlags,
    registry: { ...registry, summary: 'Find out what this registry can do: host, host/prefix, or a configured name' },
    write: Flags.boolean({
      summary: 'With --registry: push a small artifact into <prefix>/skills-probe, and remove it again',
      dependsOn: ['registry'],
    }),
    ...otherRemoteFlags,
    ...indexFlags,
    ...offlineFlag,
  };

  async run(): Promise<DoctorReport | RegistryReport> {
    const { flags } = await this.parse(Doctor);
    if (flags.registry !== undefined) return this.#probe(flags, flags.write);
    const report = await this.withManager(flags, (manager) => manager.doctor());
    this.print(formatDoctorReport(report));
    if (!report.ok) this.exitWith(exitCodes.failure);
    return report;
  }

  async #probe(place: Parameters<typeof this.withManager>[0], write: boolean): Promise<RegistryReport> {
    const report = await this.withManager(place, ({ artifacts, settings }) =>
      artifacts.probe(settings.registry, { write }),
    );
    this.print(formatRegistryReport(report));
    if (!write) this.note(`What it does with what is pushed: skills doctor --registry ${report.registry} --write`);
    const fails = (id: string) => report.findings.some((finding) => finding.id === id && finding.answer === 'no');
    const does = (id: string) => report.findings.some((finding) => finding.id === id && finding.answer === 'yes');
    if (fails('login')) this.exitWith(exitCodes.unauthorised);
    else if (fails('api') || (write && !does('push'))) this.exitWith(exitCodes.failure);
    return report;
  }
}
