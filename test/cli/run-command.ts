import { jest } from '@jest/globals';
import { Command } from 'commander';
import { registerApiCommands } from '../../cli/register.ts';

export interface Ran {
  /** What the process would end with. */
  code: number;
  /** Everything it printed, and what it refused. */
  text: string;
}

/** Runs commands in this process against an API that listens, with a key and with variables of the environment. */
export function commandRunner(
  access: { url: string; key: string },
  variables: Readonly<Record<string, string>> = {},
): (...words: string[]) => Promise<Ran> {
  return async (...words) => {
    const lines: string[] = [];
    const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const program = new Command().exitOverride();
    registerApiCommands(
      program,
      () => access,
      (name) => variables[name],
    );
    try {
      await program.parseAsync(words, { from: 'user' });
      return { code: Number(process.exitCode ?? 0), text: lines.join('\n') };
    } catch (error) {
      return { code: 1, text: [...lines, error instanceof Error ? error.message : String(error)].join('\n') };
    } finally {
      log.mockRestore();
      process.exitCode = undefined;
    }
  };
}
