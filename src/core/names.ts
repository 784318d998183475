/** agentskills.io specification, field `name`: 1 to 64 lower-case letters and digits, joined by single hyphens. */
const skillNamePattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const longestSkillName = 64;

export function isSkillName(text: string): boolean {
  return text.length <= longestSkillName && skillNamePattern.test(text);
}

/** The name that a dotted id of a skill.toml (`cloud.aws`) stands for: `cloud-aws`. */
export function nameOfId(id: string): string {
  return id.toLowerCase().replace(/[._]+/g, '-');
}

/** The name nearest to `text` that is a skill's name; empty where nothing of it can be kept. */
export function toSkillName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longestSkillName)
    .replace(/^-+|-+$/g, '');
}
