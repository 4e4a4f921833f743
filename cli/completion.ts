import type { Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A command as a shell sees it. */
interface Node {
  /** The words that lead to it, without `sluice`: '' or `exports next`. */
  path: string;
  commands: readonly { name: string; description: string }[];
  options: readonly NodeOption[];
}

interface NodeOption {
  flags: readonly string[];
  description: string;
  takesValue: boolean;
  /** The values it takes; empty: any. */
  choices: readonly string[];
}

/** A script for the shell, made of the commands themselves. Without an own candidate files are offered. */
export function completionScript(program: Command, shell: Shell): string {
  const nodes = nodesOf(program, '');
  return { bash, zsh, fish }[shell](nodes);
}

function nodesOf(command: Command, path: string): Node[] {
  const values = command.registeredArguments.flatMap(({ argChoices = [], description }) =>
    argChoices.map((name) => ({ name, description })),
  );
  const own: Node = {
    path,
    commands: [...command.commands.map((one) => ({ name: one.name(), description: one.description() })), ...values],
    options: [...command.options.map(optionOf), HELP],
  };
  return [own, ...command.commands.flatMap((one) => nodesOf(one, `${path} ${one.name()}`.trim()))];
}

const HELP: NodeOption = { flags: ['--help'], description: 'display help', takesValue: false, choices: [] };

function optionOf({ short, long, description, argChoices = [], required, optional }: Option): NodeOption {
  const flags = [short, long].flatMap((flag) => flag ?? []);
  return { flags, description, takesValue: required || optional, choices: argChoices };
}

function bash(nodes: readonly Node[]): string {
  const steps = nodes.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  const values = nodes.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flags, choices }) => {
        const spots = flags.map((flag) => `'${path} ${flag}'`).join('|');
        return `    ${spots}) words='${choices.join(' ')}' ;;`;
      }),
  );
  const candidates = nodes.map(({ path, commands, options }) => {
    const flags = options.flatMap((option) => option.flags).join(' ');
    return `    '${path}') words='${commands.map(({ name }) => name).join(' ')}' flags='${flags}' ;;`;
  });
  return `# sluice completion bash
_sluice() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path='' words='' flags='' next i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case "$next" in
      ${steps.join('|')}) path="$next" ;;
    esac
  done
  case "$path" in
${candidates.join('\n')}
  esac
  if [[ "$cur" == -* ]]; then words="$flags"; fi
  case "$path $prev" in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _sluice sluice
`;
}

function zsh(nodes: readonly Node[]): string {
  const steps = nodes.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  const cases = nodes.map(({ path, commands, options }) => {
    const named = commands.map(({ name, description }) => `${name}:${description}`);
    const flags = options.flatMap((option) => option.flags.map((flag) => `${flag}:${option.description}`));
    return `    ${quoted(path)}) offered=(${list(named)}) flags=(${list(flags)}) ;;`;
  });
  const values = nodes.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flags, choices }) => {
        const spots = flags.map((flag) => quoted(`${path} ${flag}`)).join('|');
        return `    ${spots}) offered=(${list(choices)}) flags=() ;;`;
      }),
  );
  return `#compdef sluice
# sluice completion zsh
_sluice() {
  local spot='' next i
  local -a offered flags
  for ((i = 2; i < CURRENT; i++)); do
    next="\${spot:+$spot }\${words[i]}"
    case "$next" in
      (${steps.join('|')}) spot="$next" ;;
    esac
  done
  case "$spot" in
${cases.join('\n')}
  esac
  if [[ "$PREFIX" == -* ]]; then offered=("\${flags[@]}"); fi
  case "$spot \${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  _describe 'sluice' offered || _files
}
# As a file of fpath it is the completion itself, otherwise it names it.
if [ "\${funcstack[1]}" = _sluice ]; then _sluice "$@"; else compdef _sluice sluice; fi
`;
}

function list(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

function fish(nodes: readonly Node[]): string {
  const steps = nodes.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  const lines = nodes.flatMap(({ path, commands, options }) => {
    const at = `complete -c sluice -n '__sluice_at "${path}"'`;
    return [
      ...commands.map(({ name, description }) => `${at} -f -a ${quoted(name)} -d ${quoted(description)}`),
      ...options.map(({ flags, description, takesValue, choices }) => {
        const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
        const values = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : '';
        return `${at} ${names.join(' ')}${values} -d ${quoted(description)}`;
      }),
    ];
  });
  return `# sluice completion fish
function __sluice_at
  set -l spot ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$spot $word")
    if contains -- $next ${steps.join(' ')}
      set spot $next
    end
  end
  test "$spot" = "$argv[1]"
end
${lines.join('\n')}
`;
}

/** One word for a shell, whatever is in it. In fish a backslash keeps its meaning within quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '').replaceAll("'", '’')}'`;
}
