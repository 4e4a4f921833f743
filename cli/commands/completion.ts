import { Argument, type Command } from 'commander';
import { completionScript, SHELLS, type Shell } from '../completion.ts';

/** `sluice completion` */
export function completionCommand(program: Command): void {
  program
    .command('completion')
    .description('prints a script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell) => {
      console.log(completionScript(program, shell));
    });
}
