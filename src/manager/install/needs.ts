import type { SkillManifest } from '../../manifest/index.ts';
import { readSelector } from '../../resolve/index.ts';

/** A skill that must be there for another. */
export interface Need {
  readonly name: string;
  readonly range: string;
  readonly optional: boolean;
}

/** What is installed with a skill: what it depends on, and, where it is a composition, what it includes. */
export function needsOf({ dependencies, includes }: Pick<SkillManifest, 'dependencies' | 'includes'>): readonly Need[] {
  const needs = new Map<string, Need>();
  for (const { name, range, optional } of dependencies) needs.set(name, { name, range, optional });
  for (const { name, range } of includes) {
    const before = needs.get(name);
    needs.set(name, { name, range: before ? bothRanges(before.range, range) : range, optional: false });
  }
  return [...needs.values()];
}

/** A range that allows what both allow: npm's grammar has a space for "and", and it binds closer than "||". */
function bothRanges(one: string, other: string): string {
  if (one === other || other === '*' || other === '') return one;
  if (one === '*' || one === '') return other;
  const [left, right] = [alternatives(one), alternatives(other)];
  return left.flatMap((each) => right.map((second) => `${each} ${second}`)).join(' || ');
}

/** Hyphen ranges (`1.0 - 2.0`) stand for two comparators, and cannot have a third beside them. */
function alternatives(range: string): readonly string[] {
  const selector = readSelector(range);
  const text = range.includes(' - ') && selector.kind === 'range' ? selector.range.range : range;
  return text.split('||').map((each) => each.trim());
}
