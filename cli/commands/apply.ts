import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { carryOut, inOrder, type Outcome } from '../apply/carry-out.ts';
import { ManifestError, parseManifest } from '../apply/manifest.ts';
import { changeView, doneText, failureText, planText } from '../apply/plan-text.ts';
import { planOf, type Plan, type PlanInput } from '../apply/plan.ts';
import { readCatalogue, readSnapshot } from '../apply/snapshot.ts';
import { sharedNames, writtenManifest } from '../apply/written.ts';
import { EXIT_DIFFERENT } from '../exit-codes.ts';
import { print } from '../output.ts';
import type { CommandContext } from '../register.ts';

interface ApplyOptions {
  file: string;
  dryRun?: boolean;
  exitCode?: boolean;
  yes?: boolean;
  prune?: boolean;
  secrets?: boolean;
  json?: boolean;
}

/** `sluice apply` and `sluice export-config` */
export function applyCommands(program: Command, context: CommandContext): void {
  program
    .command('apply')
    .description('makes destinations, exports and webhooks what a file says, after showing what that changes')
    .requiredOption('-f, --file <file>', 'YAML; - is the standard input')
    .option('--dry-run', 'only show it')
    .option('--exit-code', 'with --dry-run: end with 2 when there is something to change')
    .option('--yes', 'do not ask; needed where nobody can be asked')
    .option('--prune', 'also delete what is not in the file, in the sections that the file has')
    .option('--secrets', 'send every secret again; otherwise one that is set is taken for the right one')
    .option('--json', 'print one JSON object')
    .action((options: ApplyOptions) => apply(context, options));
  program
    .command('export-config')
    .description('writes what there is as a file for sluice apply, with variables in place of secrets')
    .option('-o, --output <file>', 'instead of the standard output')
    .option('--schema', 'instead: the JSON Schema of such a file, for editors')
    .action((options: { output?: string; schema?: boolean }) => exportConfig(context, options));
}

async function apply(context: CommandContext, options: ApplyOptions): Promise<void> {
  const input = await inputOf(context, options);
  const plan = planOf(input);
  const todo = inOrder(plan);
  if (options.dryRun === true || todo.length === 0) {
    print(
      options.json,
      { changes: plan.changes.map(changeView), missing: plan.missing, applied: false },
      planText(plan),
    );
    process.exitCode = options.exitCode === true && todo.length > 0 ? EXIT_DIFFERENT : 0;
    return;
  }
  if (plan.missing.length > 0) {
    throw new ManifestError([`these variables are not set: ${plan.missing.join(', ')}`]);
  }
  if (options.json !== true) {
    console.log(planText(plan));
  }
  if (options.yes !== true && !(await agreed())) {
    throw new Error('nothing was changed');
  }
  const quiet = options.json === true;
  const outcome = await carryOut(plan, {
    ...{ ...input, api: context.api() },
    onDone: (change) => {
      if (!quiet) {
        console.log(doneText(change));
      }
    },
  });
  report(plan, outcome, quiet);
}

async function inputOf(context: CommandContext, options: ApplyOptions): Promise<PlanInput> {
  const manifest = parseManifest(await readFile(options.file === '-' ? '/dev/stdin' : options.file, 'utf8'));
  const api = context.api();
  const [snapshot, catalogue] = await Promise.all([readSnapshot(api), readCatalogue(api)]);
  const flags = { prune: options.prune ?? false, secrets: options.secrets ?? false };
  return { manifest, snapshot, catalogue, variables: context.variables, options: flags };
}

function report(plan: Plan, outcome: Outcome, quiet: boolean): void {
  const { applied, failed, left } = outcome;
  if (quiet) {
    const reason = failed && { change: changeView(failed.change), error: String(failed.error) };
    print(
      true,
      {
        changes: plan.changes.map(changeView),
        applied: applied.map(changeView),
        failed: reason,
        left: left.map(changeView),
      },
      '',
    );
  }
  if (failed !== undefined) {
    throw new Error(failureText(outcome));
  }
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Error('nobody can be asked here: say --yes, or look first with --dry-run');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question('Apply these changes? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}

async function exportConfig(
  { api }: CommandContext,
  { output, schema }: { output?: string; schema?: boolean },
): Promise<void> {
  const catalogue = await readCatalogue(api());
  const text =
    schema === true ? `${JSON.stringify(catalogue.fileSchema(), null, 2)}\n` : await written(api(), catalogue);
  await (output === undefined ? process.stdout.write(text) : writeFile(output, text));
}

async function written(
  api: ReturnType<CommandContext['api']>,
  catalogue: Awaited<ReturnType<typeof readCatalogue>>,
): Promise<string> {
  const snapshot = await readSnapshot(api);
  const shared = sharedNames(snapshot);
  if (shared.length > 0) {
    throw new Error(`several have one name, which a file cannot say; rename them first: ${shared.join(', ')}`);
  }
  return writtenManifest(snapshot, catalogue);
}
