import { readYaml } from '../../core/index.ts';
import { Draft } from '../reading/draft.ts';
import type { FileReport } from '../reading/file-report.ts';
import { readFields } from '../reading/read-fields.ts';
import { skillYamlSchema } from '../schemas/skill-yaml.ts';
import { setCapabilities } from './permissions.ts';
import { readLimits } from './settings.ts';
import { setSharedFields } from './shared-fields.ts';

/** skill.yaml (seeds 000 and 001). @throws SkillsError ERR_FILE_INVALID where it is no YAML. */
export function readSkillYaml(report: FileReport, hosts: readonly string[]): Draft {
  report.located = readYaml(report.text, report);
  const draft = new Draft(report);
  const { fields } = readFields(report.located.value, report, { schema: skillYamlSchema });
  setSharedFields(draft, fields, hosts);
  setCapabilities(draft, {
    table: Array.isArray(fields.capabilities) ? undefined : fields.capabilities,
    permissions: fields.security?.permissions,
    defaults: fields.security?.default_permissions,
  });
  if (fields.security?.resource_limits) {
    draft.set('limits', readLimits(fields.security.resource_limits), ['security', 'resource_limits']);
  }
  return draft;
}
