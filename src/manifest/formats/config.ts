import { isSkillsError, readJson } from '../../core/index.ts';
import type { Problem } from '../problem.ts';
import { compact } from '../reading/compact.ts';
import { FileReport } from '../reading/file-report.ts';
import { isMap } from '../reading/prepare.ts';
import { readFields } from '../reading/read-fields.ts';
import { configSchema, settingBlocks } from '../schemas/settings.ts';
import type { SkillSettings } from '../settings.types.ts';
import { smallest } from './execution.ts';
import { readBounds } from './permissions.ts';
import {
  readDevelopment,
  readLimits,
  readObservability,
  readPerformance,
  readResilience,
  type SettingBlocks,
} from './settings.ts';

/** Reads seed 003's blocks of a config.json; never throws for bad content. Other keys are somebody else's. */
export function readConfig(text: string, file: string): { settings: SkillSettings; problems: Problem[] } {
  const report = new FileReport(file, text);
  try {
    report.located = readJson(text, { file });
  } catch (error) {
    if (!isSkillsError(error)) throw error;
    report.error('file/broken', [], error.message, { mend: 'mend the JSON: it cannot be read as it is' });
    return { settings: { limits: {} }, problems: report.problems };
  }
  const { fields } = readFields(report.located.value, report, { schema: configSchema });
  return { settings: toSettings(fields, report), problems: report.problems };
}

/** Whether the JSON is a config.json of this kind: a folder may hold one that is about something else. */
export function isSkillConfig(value: unknown): boolean {
  return isMap(value) && Object.keys(settingBlocks).some((key) => isMap(value[key]));
}

function toSettings(blocks: SettingBlocks, report: FileReport): SkillSettings {
  const { security, resilience } = blocks;
  return {
    limits: readLimits(security?.resource_limits),
    ...compact({
      sandboxEnabled: security?.sandbox_enabled,
      bounds: readBounds(security?.permissions ?? security?.default_permissions),
      timeoutSeconds: smallest([resilience?.timeout, security?.resource_limits?.max_execution_time]),
      resilience: readResilience(resilience, report),
      performance: readPerformance(blocks.performance),
      development: readDevelopment(blocks.development),
      observability: readObservability(blocks.observability),
    }),
  };
}
