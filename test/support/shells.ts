import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '../../dev/cache.ts';
import { unpackDebian, unpackedLibraries } from '../../dev/debian-packages.ts';
import { findOnPath, isExecutable } from '../../dev/toolchain.ts';

const TIMEOUT_MS = 60_000;
const PROMPT = 'ready> ';

interface Shell {
  command: string;
  /** Where it was unpacked; empty: it is installed. */
  root: string;
}

/** Of PATH, else Debian's in the cache, which the first call fills (some 10 MB, no root needed). */
async function shellOf(name: 'zsh' | 'fish'): Promise<Shell> {
  const installed = findOnPath(name);
  if (installed !== undefined) {
    return { command: installed, root: '' };
  }
  const root = join(cacheDir(), `${name}-debian`);
  const find = (): string | undefined =>
    ['usr/bin', 'bin'].map((folder) => join(root, folder, name)).find((path) => isExecutable(path));
  if (find() === undefined) {
    await unpackDebian({ title: name, packages: [name], withDependencies: true, folder: root });
  }
  return { command: find() ?? name, root };
}

interface Place {
  /** The shell's own files. */
  home: string;
  /** Where one stands: the files that are offered. */
  work: string;
}

async function inPlace<Result>(files: readonly string[], use: (place: Place) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-shell-'));
  const place = { home: join(folder, 'home'), work: join(folder, 'work') };
  try {
    await Promise.all([mkdir(place.home), mkdir(place.work)]);
    await Promise.all(files.map((file) => writeFile(join(place.work, file), '')));
    return await use(place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Question {
  /** What completes, in the language of the shell. */
  script: string;
  /** As they stand before the tab. */
  lines: readonly string[];
  /** In the folder in which it is asked. */
  files: readonly string[];
}

/** What fish itself offers for each line, sorted. */
export function offeredByFish({ script, lines, files }: Question): Promise<string[][]> {
  return inPlace(files, async ({ home, work }) => {
    const shell = await shellOf('fish');
    await writeFile(join(home, 'sluice.fish'), script);
    const ask = 'source $argv[1]; for line in $argv[2..-1]; complete -C "$line"; echo ANSWERED; end';
    const child = spawn(shell.command, ['--no-config', '-c', ask, join(home, 'sluice.fish'), ...lines], {
      cwd: work,
      env: environment(shell, home),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
    });
    const { stdout, stderr } = await outputOf(child);
    const answers = stdout.split('ANSWERED\n').slice(0, -1);
    if (answers.length !== lines.length) {
      throw new Error(`fish did not answer: ${stdout}${stderr}`);
    }
    return answers.map((answer) => sorted(answer.split('\n').map((line) => line.split('\t')[0] ?? '')));
  });
}

/** At a tab everything that zsh has found is put into the line, which is kept; then the next line is asked for. */
const ZSHRC = `
insert_all() { compstate[insert]=all; compstate[list]= }
offer() {
  comppostfuncs=(insert_all)
  zle complete-word
  print -r -- "$BUFFER" >>"$ZDOTDIR/offered"
  BUFFER=''
  zle .accept-line
}
zle -N offer
bindkey '^I' offer
PROMPT='${PROMPT}'
`;

const ZSHENV = `
if [[ -n "$SHELL_ROOT" ]]; then
  module_path=($SHELL_ROOT/usr/lib/*/zsh/*(N/))
  fpath=($SHELL_ROOT/usr/share/zsh/functions/**/*(N/))
fi
`;

/** How people load it: by a line of .zshrc, or as a file of their fpath. */
const LOADED = {
  source: ['', 'source "$ZDOTDIR/_sluice"'],
  fpath: ['fpath=("$ZDOTDIR" $fpath)', ''],
} as const;

/** What an interactive zsh offers for each line, sorted: on a terminal, by the tab key. */
export function offeredByZsh(question: Question & { loaded: keyof typeof LOADED }): Promise<string[][]> {
  const { script, lines, files, loaded } = question;
  return inPlace(files, async ({ home, work }) => {
    const shell = await shellOf('zsh');
    const [before, after] = LOADED[loaded];
    await writeFile(join(home, '_sluice'), script);
    await writeFile(join(home, '.zshenv'), ZSHENV);
    const rc = [before, 'autoload -Uz compinit && compinit -u -D', after, ZSHRC];
    await writeFile(join(home, '.zshrc'), rc.join('\n'));
    const screen = await typed(shell, { home, work }, lines);
    const buffers = await readFile(join(home, 'offered'), 'utf8').catch(() => '');
    const answers = buffers.split('\n').slice(0, -1);
    if (answers.length !== lines.length) {
      throw new Error(`zsh did not answer: ${screen.stdout}${screen.stderr}`);
    }
    return answers.map((buffer, index) => addedTo(lines[index] ?? '', buffer));
  });
}

/** Types each line and a tab into a zsh on a terminal of its own, by `script` of util-linux. Answers what was on the screen. */
function typed(shell: Shell, { home, work }: Place, lines: readonly string[]): Promise<Output> {
  const child = spawn('script', ['--quiet', '--return', '--command', `'${shell.command}' -d -i`, '/dev/null'], {
    cwd: work,
    env: { ...environment(shell, home), ZDOTDIR: home, SHELL_ROOT: shell.root, TERM: 'dumb' },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  const left = [...lines.map((line) => `${line}\t`), 'exit\r'];
  let screen = '';
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    const prompts = screen.split(PROMPT).length - 1;
    while (left.length > 0 && lines.length + 1 - left.length < prompts) {
      child.stdin.write(left.shift() ?? '');
    }
  });
  // It may have ended before the last key was pressed.
  child.stdin.on('error', () => undefined);
  return outputOf(child);
}

/** The words in place of the one that was begun. */
function addedTo(line: string, buffer: string): string[] {
  const whole = line.split(' ').length - 1;
  return sorted(buffer.split(' ').slice(whole));
}

function sorted(words: readonly string[]): string[] {
  return words.filter((word) => word !== '').sort();
}

function environment({ root }: Shell, home: string): Record<string, string> {
  const own = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', HOME: home };
  return root === '' ? own : { ...own, ...unpackedLibraries(root) };
}

interface Output {
  stdout: string;
  stderr: string;
}

function outputOf(child: ReturnType<typeof spawn>): Promise<Output> {
  return new Promise((resolve, reject) => {
    const output: Output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (chunk: Buffer) => {
        output[name] += chunk.toString();
      });
    }
    child.once('error', reject);
    child.once('close', () => {
      resolve(output);
    });
  });
}
