import { decodeText, readJson } from '../../core/index.ts';
import type { SkillFiles, SkillManifest } from '../../manifest/index.ts';

/** A tool that a skill declares, in the terms that all frameworks share. */
export interface DeclaredTool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of its arguments. */
  readonly inputSchema?: Readonly<Record<string, unknown>>;
  /** File of the skill that declares it. */
  readonly source: string;
}

const toolFile = /^\.skill\/[\w-]+\.json$/;

/**
 * The tools in a skill's `.skill/<framework>.json` files; the first declaration of a name counts.
 *
 * Read are the shapes of OpenAI (`{type: "function", function: {name, parameters}}`, and the flat one of its Responses
 * API), Anthropic (`{name, input_schema}`) and Google (`{functionDeclarations: [{name, parameters}]}`), as a list or
 * under `tools` or `functions`. A broken file declares nothing: loading a skill must not fail on an adapter.
 */
export function declaredTools(files: SkillFiles, manifest: SkillManifest): readonly DeclaredTool[] {
  const tools = new Map<string, DeclaredTool>();
  const add = (tool: DeclaredTool) => tools.has(tool.name) || tools.set(tool.name, tool);
  for (const path of files.paths.filter((name) => toolFile.test(name))) {
    for (const item of itemsOf(parse(files, path))) {
      const tool = toTool(item, path);
      if (tool) add(tool);
    }
  }
  if (manifest.execution)
    add({
      name: manifest.name,
      description: manifest.description,
      source: manifest.sources[0] ?? manifest.instructionsFile,
    });
  return [...tools.values()];
}

function parse(files: SkillFiles, path: string): unknown {
  const bytes = files.read(path);
  if (!bytes) return undefined;
  try {
    return readJson(decodeText(bytes, path), { file: path }).value;
  } catch {
    return undefined;
  }
}

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(itemsOfMember);
  if (!isRecord(value)) return [];
  for (const key of ['tools', 'functions', 'functionDeclarations', 'function_declarations']) {
    if (Array.isArray(value[key])) return itemsOf(value[key]);
  }
  return [value];
}

function itemsOfMember(value: unknown): readonly unknown[] {
  return isRecord(value) && Array.isArray(value.functionDeclarations) ? value.functionDeclarations : [value];
}

function toTool(item: unknown, source: string): DeclaredTool | undefined {
  const body = isRecord(item) && isRecord(item.function) ? item.function : item;
  if (!isRecord(body) || typeof body.name !== 'string') return undefined;
  const schema = body.parameters ?? body.input_schema ?? body.inputSchema;
  if (schema === undefined && typeof body.description !== 'string') return undefined;
  return {
    name: body.name,
    ...(typeof body.description === 'string' ? { description: body.description } : {}),
    ...(isRecord(schema) ? { inputSchema: schema } : {}),
    source,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
