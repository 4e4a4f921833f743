import { quote, quoteText } from './identifiers.ts';
import { generationIn } from './names.ts';
import { rows, type Scope } from './scope.ts';
import { dropStage } from './stage-table.ts';
import { listFiles, removeFiles } from './staged-files.ts';

/**
 * After a commit: what this and older generations of the interval have staged. The rows are visible already, so
 * nothing that is in the way here may fail the run; an attempt that was killed before this point is followed by one
 * that comes here again.
 */
export async function cleanUp(scope: Scope): Promise<void> {
  const { names, context } = scope;
  const notNewer = (generation: number): boolean => generation <= context.generation;
  await Promise.allSettled([dropStages(scope, notNewer), removeGenerations(scope, names.filePrefix, notNewer)]);
}

/** What this run has staged in this generation. Throws what is in the way. */
export async function discardStaged(scope: Scope): Promise<void> {
  await dropStages(scope, (generation) => generation === scope.context.generation);
  if ((await listFiles(scope, scope.names.mine)).length > 0) {
    await removeFiles(scope, scope.names.mine);
  }
}

async function dropStages(scope: Scope, chosen: (generation: number) => boolean): Promise<void> {
  const { names } = scope;
  const sql = `SHOW TERSE TABLES IN SCHEMA ${names.schema} STARTS WITH ${quoteText(names.stagePrefix)}`;
  const found = await rows(scope, { sql, action: 'look for stages' });
  for (const name of found.map((row) => row['name'] ?? '')) {
    if (chosen(generationIn(name, names.stagePrefix) ?? Infinity)) {
      await dropStage(scope, `${names.schema}.${quote(name)}`);
    }
  }
}

async function removeGenerations(scope: Scope, prefix: string, chosen: (generation: number) => boolean): Promise<void> {
  const paths = await listFiles(scope, prefix);
  const generations = new Set(paths.map((path) => generationIn(path, prefix) ?? Infinity));
  for (const generation of [...generations].filter(chosen)) {
    await removeFiles(scope, `${prefix}g${String(generation)}/`);
  }
}
