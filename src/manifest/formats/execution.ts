import type { CodeInline, ContextFiles, Execution, PromptInline, PromptParameter } from '../execution.types.ts';
import { compact } from '../reading/compact.ts';
import type { Draft } from '../reading/draft.ts';
import type { FileReport } from '../reading/file-report.ts';
import type { SkillJson } from '../schemas/skill-json.ts';

type Fields = Partial<SkillJson>;
type Type = Execution['type'];

const needs = {
  code_inline: 'command',
  code_session: 'command',
  conversation: 'prompt_template',
  prompt_inline: 'prompt',
} as const;

const uses: Readonly<Record<Type, readonly (keyof SkillJson)[]>> = {
  code_inline: ['command', 'args', 'environment', 'sandbox', 'resource_limits'],
  code_session: ['command', 'args', 'environment', 'session_config', 'sandbox', 'resource_limits'],
  conversation: ['prompt_template', 'context_files', 'model', 'context_window'],
  prompt_inline: ['prompt', 'parameters', 'output_format'],
};

const allUses = [...new Set(Object.values(uses).flat())];

/** What a skill.json does when it is run (seed 003, "Skill Types"). */
export function setExecution(draft: Draft, fields: Fields): void {
  const { report } = draft;
  const type = typeOf(fields, report);
  if (type === undefined) return;
  for (const key of allUses) {
    if (fields[key] === undefined || uses[type].includes(key)) continue;
    report.warn('execution/unused', [key], `a skill of type ${type} has no use for ${key}`, {
      mend: `take ${key} out`,
    });
  }
  if (fields[needs[type]] === undefined) {
    report.error('execution/needs', ['type'], `a skill of type ${type} needs ${needs[type]}`, {
      mend: `add ${needs[type]}`,
    });
    return;
  }
  draft.set('execution', build(type, fields, report), ['type']);
}

/** The smallest of all bounds on the time of one attempt, in seconds. */
function smallestTimeout(fields: Fields): number | undefined {
  return smallest([
    fields.timeout,
    fields.resource_limits?.max_execution_time,
    fields.resilience?.timeout,
    fields.security?.resource_limits?.max_execution_time,
  ]);
}

export function smallest(values: readonly (number | undefined)[]): number | undefined {
  const stated = values.filter((value) => value !== undefined);
  return stated.length > 0 ? Math.min(...stated) : undefined;
}

function typeOf(fields: Fields, report: FileReport): Type | undefined {
  if (fields.type !== undefined) return fields.type;
  const key = (['command', 'prompt_template', 'prompt'] as const).find((name) => fields[name] !== undefined);
  if (key === undefined) return undefined;
  const type = key === 'command' ? 'code_inline' : key === 'prompt' ? 'prompt_inline' : 'conversation';
  report.warn('execution/type', [key], `type is missing; with ${key} it is read as ${type}`, {
    mend: `add "type": "${type}"`,
  });
  return type;
}

function build(type: Type, fields: Fields, report: FileReport): Execution {
  const timeoutSeconds = smallestTimeout(fields);
  switch (type) {
    case 'code_inline':
      return { type, ...runOf(fields), ...compact({ timeoutSeconds }) };
    case 'code_session':
      return { type, ...runOf(fields), session: sessionOf(fields), ...compact({ timeoutSeconds }) };
    case 'conversation':
      return {
        type,
        promptTemplate: fields.prompt_template ?? '',
        ...compact({
          contextFiles: contextOf(fields),
          model: fields.model,
          contextWindow: fields.context_window,
          timeoutSeconds,
        }),
      };
    case 'prompt_inline':
      return promptOf(fields, timeoutSeconds, report);
  }
}

function runOf(fields: Fields): Omit<CodeInline, 'type' | 'timeoutSeconds'> {
  return { command: fields.command ?? '', args: fields.args ?? [], environment: fields.environment ?? {} };
}

function sessionOf({ session_config: config }: Fields) {
  return compact({
    timeoutSeconds: config?.session_timeout,
    maxSessions: config?.max_sessions,
    cleanupOnExit: config?.cleanup_on_exit,
    statePersistence: config?.state_persistence,
  });
}

function contextOf({ context_files: files }: Fields): ContextFiles | undefined {
  if (!files) return undefined;
  return {
    patterns: files.patterns,
    excludePatterns: files.exclude_patterns ?? [],
    ...compact({ maxFiles: files.max_files, maxFileSizeKb: files.max_file_size_kb }),
  };
}

function promptOf(fields: Fields, timeoutSeconds: number | undefined, report: FileReport): PromptInline {
  const parameters = (fields.parameters ?? []).map((parameter, index) => readParameter(parameter, index, report));
  const prompt = fields.prompt ?? '';
  for (const [, name = ''] of prompt.matchAll(/\{([A-Za-z_]\w*)\}/g)) {
    if (parameters.some((parameter) => parameter.name === name)) continue;
    report.warn('execution/placeholder', ['prompt'], `{${name}} in the prompt has no parameter`, {
      mend: `add a parameter named ${name}`,
    });
  }
  return {
    type: 'prompt_inline',
    prompt,
    parameters,
    ...compact({ outputFormat: fields.output_format, timeoutSeconds }),
  };
}

type WrittenParameter = NonNullable<SkillJson['parameters']>[number];

function readParameter(written: WrittenParameter, index: number, report: FileReport): PromptParameter {
  const type = written.type === 'bool' ? 'boolean' : (written.type ?? (written.values ? 'enum' : 'string'));
  const path = ['parameters', index];
  if (type === 'enum' && !written.values?.length) {
    report.error('execution/parameter', path, `parameter ${written.name} is an enum without values`, {
      mend: 'list its choices under values',
    });
  }
  if (written.pattern !== undefined && !isPattern(written.pattern)) {
    report.error(
      'execution/parameter',
      [...path, 'pattern'],
      `the pattern of ${written.name} is no regular expression`,
      { mend: 'mend the pattern, or take it out' },
    );
  }
  return {
    name: written.name,
    type,
    required: written.required ?? false,
    values: written.values ?? [],
    ...compact({ description: written.description, default: written.default, pattern: written.pattern }),
  };
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
