import { readJson } from '../../core/index.ts';
import { Draft } from '../reading/draft.ts';
import type { FileReport } from '../reading/file-report.ts';
import { readFields } from '../reading/read-fields.ts';
import { skillJsonSchema } from '../schemas/skill-json.ts';
import { setExecution } from './execution.ts';
import { setCapabilities } from './permissions.ts';
import { readLimits } from './settings.ts';
import { setSharedFields } from './shared-fields.ts';

/** skill.json (seed 003). @throws SkillsError ERR_FILE_INVALID where it is no JSON. */
export function readSkillJson(report: FileReport, hosts: readonly string[]): Draft {
  report.located = readJson(report.text, report);
  const draft = new Draft(report);
  const { fields } = readFields(report.located.value, report, { schema: skillJsonSchema });
  setSharedFields(draft, fields, hosts);
  setExecution(draft, fields);
  setCapabilities(draft, {
    table: Array.isArray(fields.capabilities) ? undefined : fields.capabilities,
    permissions: fields.security?.permissions,
    sandbox: fields.sandbox,
    defaults: fields.security?.default_permissions,
  });
  const bounds = [fields.resource_limits, fields.security?.resource_limits];
  if (bounds.some((block) => block !== undefined)) draft.set('limits', readLimits(...bounds), ['resource_limits']);
  return draft;
}
