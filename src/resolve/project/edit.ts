import { isDeepStrictEqual } from 'node:util';
import { nameOfId, SkillsError } from '../../core/index.ts';
import { readDocument } from '../json/document.ts';
import { isObject, type JsonObject } from '../json/fields.ts';
import { formatJson, readStyle } from '../json/style.ts';
import type { ProjectJson, SkillEdit } from './model.ts';
import { readProject } from './read.ts';

/** A change of skills.json: takes the whole object and gives the changed one. */
export type ProjectEdit = (project: ProjectJson) => ProjectJson;

/**
 * Applies edits to the text of skills.json, or to nothing (`undefined`): unknown keys, the order of keys, the indentation, line
 * breaks and the byte-order mark stay. A text that means the same afterwards is given back as it is.
 *
 * @throws SkillsError ERR_LOCK_INVALID where the text is broken, before or after.
 */
export function editProject(text: string | undefined, edits: readonly ProjectEdit[], file = 'skills.json'): string {
  readProject(text, file);
  const before = text === undefined ? {} : readDocument(text, file).value;
  if (!isObject(before)) throw new SkillsError('ERR_LOCK_INVALID', `${file}: the file must be an object`);
  const after = edits.reduce((project, edit) => edit(project), before);
  if (text !== undefined && isDeepStrictEqual(before, after)) return text;
  const result = formatJson(after, readStyle(text ?? ''));
  readProject(result, file);
  return result;
}

/** Adds a skill at the end, or changes the entry of that name: keys that are not named here stay. */
export function addSkill(skill: SkillEdit): ProjectEdit {
  return (project) => {
    const skills = entriesOf(project);
    const index = skills.findIndex((entry) => isNamed(entry, skill.name));
    const entry = mergeEntry(skills[index] ?? {}, skill);
    return { ...project, skills: index < 0 ? [...skills, entry] : skills.with(index, entry) };
  };
}

/** Takes skills out. A name that is not there is nothing to do. */
export function removeSkills(names: Iterable<string>): ProjectEdit {
  const gone = new Set(names);
  return (project) => {
    const kept = entriesOf(project).filter((entry) => !gone.has(nameOf(entry)));
    return 'skills' in project ? { ...project, skills: kept } : project;
  };
}

/** Sets, or with `undefined` removes, one key of `registries` or `scopes`, or `index` itself. */
export function setProjectValue(path: readonly [string, string?], value: unknown): ProjectEdit {
  const [key, inner] = path;
  return (project) => {
    if (inner === undefined) return setKey(project, key, value);
    const held = project[key];
    return setKey(project, key, setKey(isObject(held) ? held : {}, inner, value));
  };
}

function setKey(object: JsonObject, key: string, value: unknown): JsonObject {
  if (value !== undefined) return { ...object, [key]: value };
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

function mergeEntry(entry: JsonObject, { name, source, version, additionalBasePaths }: SkillEdit): JsonObject {
  const named = { ...entry, name: entry.name ?? name, source };
  const versioned = setKey(named, 'version', version);
  return additionalBasePaths === undefined ? versioned : { ...versioned, additionalBasePaths };
}

function entriesOf(project: ProjectJson): readonly JsonObject[] {
  return Array.isArray(project.skills) ? project.skills.filter(isObject) : [];
}

function isNamed(entry: JsonObject, name: string): boolean {
  return nameOf(entry) === name;
}

/** A dotted id in the file and its name are one skill. */
function nameOf(entry: JsonObject): string {
  return nameOfId(String(entry.name));
}
