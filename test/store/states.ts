import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const allSkills = ['alpha', 'beta', 'gamma'];

export function skillsOf(state: number): string[] {
  if (state === 0) return [];
  return state % 3 === 0 ? ['alpha', 'beta'] : allSkills;
}

/** Few versions, so that states meet trees that are there already as well as new ones. */
export function versionOf(state: number): string {
  return `1.0.${state % 7}`;
}

export function lockText(state: number): string {
  return JSON.stringify({ state, skills: skillsOf(state).map((name) => ({ name, version: versionOf(state) })) });
}

export function readState(project: string): number {
  const file = join(project, 'skills.lock.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).state : 0;
}
