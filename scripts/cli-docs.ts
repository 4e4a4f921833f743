import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { OperatorActions } from '../cli/operator-commands.ts';
import { sluiceProgram } from '../cli/program.ts';
import { ROLES } from '../core/access.ts';
import { TASK_QUEUES } from '../core/ids.ts';

/**
 * Writes the part of docs/cli.md that follows from the code. Run it (`npm run cli-docs`) after a change of a command; a
 * test compares.
 */
const FILE = new URL('../docs/cli.md', import.meta.url);
const MARK = '<!-- From here on: npm run cli-docs -->';

/** The document with its second part made anew. */
export async function cliDocs(): Promise<string> {
  const [byHand = ''] = (await readFile(FILE, 'utf8')).split(MARK);
  return `${byHand}${MARK}\n\n${sections(describedProgram(), 'sluice').join('\n')}`;
}

/** Every command, for looking at: none of them can be carried out. */
export function describedProgram(): Command {
  const none = (): Promise<void> => Promise.reject(new Error('only described here'));
  const actions: OperatorActions = {
    ...{
      server: none,
      worker: none,
      setup: none,
      doctor: none,
      invite: none,
      resetPassword: none,
      rotateKeys: none,
      rebuildFirstSeen: none,
      dev: none,
      demo: none,
      verify: none,
    },
  };
  const missing = (): never => {
    throw new Error('only described here');
  };
  const names = { queues: Object.keys(TASK_QUEUES), roles: ROLES };
  return sluiceProgram({ actions, names, access: missing, variables: () => undefined });
}

/** The commands that do something, with the words that lead to them. */
export function leavesOf(command: Command, words: string): { words: string; command: Command }[] {
  return command.commands.flatMap((one) => {
    const path = `${words} ${one.name()}`;
    return one.commands.length === 0 ? [{ words: path, command: one }] : leavesOf(one, path);
  });
}

function sections(program: Command, name: string): string[] {
  return leavesOf(program, name).map(({ words, command }) => {
    const usage = command.registeredArguments.map((one) => (one.required ? ` <${one.name()}>` : ` [${one.name()}]`));
    const options = command.options.map(({ flags, description, defaultValue, argChoices, mandatory }) =>
      [
        `- \`${flags}\``,
        ...(description === '' ? [] : [` ${description}`]),
        ...(argChoices === undefined ? [] : [` One of ${argChoices.join(', ')}.`]),
        ...(mandatory ? [' _needed_'] : []),
        ...(defaultValue === undefined ? [] : [` Default: \`${String(defaultValue)}\`.`]),
      ].join(''),
    );
    const args = command.registeredArguments.flatMap(({ description, argChoices }) => [
      ...(description === '' ? [] : [`- ${description}`]),
      ...(argChoices === undefined ? [] : [`- one of ${argChoices.join(', ')}`]),
    ]);
    const details = [...args, ...options];
    return [
      `### \`${words}${usage.join('')}\`\n`,
      `${command.description()}\n`,
      ...(details.length > 0 ? [`${details.join('\n')}\n`] : []),
    ].join('\n');
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(FILE, await cliDocs());
}
