import type {
  CodeInline,
  CodeSession,
  ContextFiles,
  Conversation,
  Execution,
  PromptInline,
  PromptParameter,
  SessionSettings,
} from '../execution.types.ts';
import { asMap, type Decoder, fields, flag, list, mapOf, number, oneOf, scalar, text } from './decoders.ts';

const runs = { command: text, args: list(text), environment: mapOf(text), timeoutSeconds: number };
const noRuns = { args: [], environment: {} };

const session = fields<SessionSettings>({
  timeoutSeconds: number,
  maxSessions: number,
  cleanupOnExit: flag,
  statePersistence: flag,
});

const contextFiles = fields<ContextFiles>(
  { patterns: list(text), excludePatterns: list(text), maxFiles: number, maxFileSizeKb: number },
  ['patterns'],
  { excludePatterns: [] },
);

const parameter = fields<PromptParameter>(
  {
    name: text,
    type: oneOf('string', 'number', 'boolean', 'enum'),
    required: flag,
    description: text,
    default: scalar,
    values: list(text),
    pattern: text,
  },
  ['name', 'type'],
  { required: false, values: [] },
);

const decoders: { readonly [K in Execution['type']]: Decoder<Execution> } = {
  code_inline: fields<CodeInline>({ type: oneOf('code_inline'), ...runs }, ['command'], noRuns),
  code_session: fields<CodeSession>({ type: oneOf('code_session'), ...runs, session }, ['command'], {
    ...noRuns,
    session: {},
  }),
  conversation: fields<Conversation>(
    {
      type: oneOf('conversation'),
      promptTemplate: text,
      contextFiles,
      model: text,
      contextWindow: number,
      timeoutSeconds: number,
    },
    ['promptTemplate'],
  ),
  prompt_inline: fields<PromptInline>(
    {
      type: oneOf('prompt_inline'),
      prompt: text,
      parameters: list(parameter),
      outputFormat: text,
      timeoutSeconds: number,
    },
    ['prompt'],
    { parameters: [] },
  ),
};

/** Undefined for a type of a newer version: such a skill installs and loads, and cannot be run here. */
export const execution: Decoder<Execution> = (value, path) => {
  const type = text(asMap(value, path).type, `${path}.type`);
  return Object.hasOwn(decoders, type) ? decoders[type as Execution['type']](value, path) : (undefined as never);
};
