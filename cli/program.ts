import { Command } from 'commander';
import type { ApiAccess } from './api.ts';
import { completionCommand } from './commands/completion.ts';
import { registerOperatorCommands, type OperatorActions, type OperatorNames } from './operator-commands.ts';
import { registerApiCommands } from './register.ts';

export interface ProgramParts {
  actions: OperatorActions;
  names: OperatorNames;
  /** Of the API; read when a command needs it. */
  access(): ApiAccess;
  /** A variable of the environment, for files that refer to them. */
  variables(name: string): string | undefined;
}

/** Every command there is. */
export function sluiceProgram({ actions, names, access, variables }: ProgramParts): Command {
  const program = new Command('sluice')
    .description('Takes product events from ClickHouse to scheduled exports and webhooks.')
    .showHelpAfterError();
  registerOperatorCommands(program, actions, names);
  registerApiCommands(program, access, variables);
  completionCommand(program);
  return program;
}
