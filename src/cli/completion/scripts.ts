import type { CompletedCommand, CompletedFlag } from './words.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

/** Writes the completion script of each shell. Both bins, `skills` and `oci-skills`, are completed. */
export const shells: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const bins = ['skills', 'oci-skills'];

/** First words, and for topics their second words: `{ '': ['install', 'registry'], registry: ['add', 'list'] }`. */
export function wordTree(commands: readonly CompletedCommand[]): Map<string, string[]> {
  const tree = new Map<string, string[]>();
  const add = (parent: string, word: string) => {
    const words = tree.get(parent) ?? [];
    if (!words.includes(word)) words.push(word);
    tree.set(parent, words);
  };
  for (const { words } of commands) {
    const [first = '', second] = words.split(' ');
    add('', first);
    if (second !== undefined) add(first, second);
  }
  return tree;
}

function flagWords(flags: readonly CompletedFlag[]): string {
  return flags.flatMap(({ name, char }) => (char ? [`--${name}`, `-${char}`] : [`--${name}`])).join(' ');
}

function bashScript(commands: readonly CompletedCommand[]): string {
  const tree = wordTree(commands);
  const topics = [...tree].filter(([topic]) => topic !== '');
  return `# bash completion of skills; made by: skills completion bash
_skills() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" cmd="\${COMP_WORDS[1]}" words=""
  case "$cmd" in
${topics.map(([topic]) => `    ${topic}) [ "$COMP_CWORD" -gt 2 ] && cmd="$cmd \${COMP_WORDS[2]}" ;;`).join('\n')}
  esac
  case "$cmd $prev" in
${commands.flatMap(bashValues).join('\n')}
  esac
  if [ -z "$words" ] && [ "$COMP_CWORD" -eq 1 ]; then
    words="${(tree.get('') ?? []).join(' ')} --help --version"
  elif [ -z "$words" ]; then
    case "$cmd" in
${topics.map(([topic, words]) => `      "${topic}") words="${words.join(' ')} --help" ;;`).join('\n')}
${commands.map(({ words, flags }) => `      "${words}") words="${flagWords(flags)} --help" ;;`).join('\n')}
    esac
    case "$cur" in -*) ;; *) [ "$COMP_CWORD" -gt 2 ] || case "$cmd" in ${topics.map(([topic]) => topic).join('|')}) ;; *) words="" ;; esac ;; esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _skills ${bins.join(' ')}`;
}

function bashValues({ words, flags }: CompletedCommand): string[] {
  return flags
    .filter(({ options }) => options.length > 0)
    .map(({ name, options }) => `    "${words} --${name}") words="${options.join(' ')}" ;;`);
}

function zshScript(commands: readonly CompletedCommand[]): string {
  const tree = wordTree(commands);
  const summaries = new Map(commands.map(({ words, summary }) => [words, summary]));
  const lists = [...tree].map(([topic, words]) => {
    const entries = words.map((word) => {
      const summary = summaries.get(topic === '' ? word : `${topic} ${word}`) ?? 'commands';
      return `'${word}:${summary}'`;
    });
    return `    '${topic}') words=(${entries.join(' ')}) ;;`;
  });
  return `#compdef ${bins.join(' ')}
# zsh completion of skills; made by: skills completion zsh
_skills() {
  local -a words_before words flags
  local cmd="\${words[2]}"
  words_before=("\${(@)words}")
  if (( CURRENT > 3 )); then
    case "\${words_before[2]}" in ${[...tree.keys()].filter(Boolean).join('|')}) cmd="\${words_before[2]} \${words_before[3]}" ;; esac
  fi
  local parent=""
  (( CURRENT == 3 )) && parent="\${words_before[2]}"
  if (( CURRENT == 2 || CURRENT == 3 )) && [[ "\${words_before[CURRENT]}" != -* ]]; then
    case "$parent" in
${lists.join('\n')}
      *) _files; return ;;
    esac
    _describe 'command' words
    return
  fi
  case "$cmd" in
${commands.map(({ words, flags }) => `    '${words}') flags=(${flags.map(zshFlag).join(' ')}) ;;`).join('\n')}
  esac
  _arguments $flags '*:file:_files'
}
compdef _skills ${bins.join(' ')}`;
}

function zshFlag({ name, summary, takesValue, options }: CompletedFlag): string {
  const value = options.length > 0 ? `:value:(${options.join(' ')})` : takesValue ? ':value:_files' : '';
  return `'--${name}[${summary}]${value}'`;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = ['# fish completion of skills; made by: skills completion fish'];
  const tree = wordTree(commands);
  const summaries = new Map(commands.map(({ words, summary }) => [words, summary]));
  for (const bin of bins) {
    for (const [topic, words] of tree) {
      const when = topic === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${topic}`;
      for (const word of words) {
        const summary = summaries.get(topic === '' ? word : `${topic} ${word}`) ?? 'commands';
        lines.push(`complete -c ${bin} -n '${when}' -f -a '${word}' -d '${summary}'`);
      }
    }
    for (const { words, flags } of commands) for (const flag of flags) lines.push(fishFlag(bin, words, flag));
  }
  return lines.join('\n');
}

function fishFlag(bin: string, words: string, { name, char, summary, takesValue, options }: CompletedFlag): string {
  const when = words
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ');
  const short = char ? ` -s ${char}` : '';
  const value = options.length > 0 ? ` -x -a '${options.join(' ')}'` : takesValue ? ' -r' : '';
  return `complete -c ${bin} -n '${when}' -l ${name}${short}${value} -d '${summary}'`;
}
