import { mapLimited } from '../map-limited.ts';
import { ownerOf } from '../object-store/load-chunk.ts';
import { generationIn } from './names.ts';
import { work, type Scope, type StagingBucket } from './scope.ts';
import { fold, qualified } from './sql.ts';

const SMALL_REQUESTS_IN_FLIGHT = 16;

type Chosen = (generation: number) => boolean;
type ChosenTable = (name: string) => boolean;

/**
 * After a commit: what this and older generations of the interval have left, in the bucket, in the schema, and running.
 * The rows are visible already, so nothing that is in the way here may fail the run; an attempt that was killed before
 * this point is followed by one that comes here again.
 */
export async function cleanUp(scope: Scope): Promise<void> {
  const notNewer: Chosen = (generation) => generation <= scope.context.generation;
  const isOld: ChosenTable = (name) => notNewer(generationIn(name, scope.names.stagePrefix) ?? Infinity);
  const { bucket } = scope;
  await Promise.allSettled([
    dropStages(scope, notNewer, isOld),
    ...(bucket === undefined ? [] : [removeFiles(scope, bucket, notNewer, () => Promise.resolve(true))]),
  ]);
}

/** What this generation has left, as far as it is this run's. Throws what is in the way. */
export async function discardStage(scope: Scope): Promise<void> {
  const mine: Chosen = (generation) => generation === scope.context.generation;
  const { bucket, context, names } = scope;
  await dropStages(scope, mine, (name) => name.startsWith(names.ownStagePrefix));
  if (bucket !== undefined) {
    await removeFiles(scope, bucket, mine, async (key) => {
      const head = await bucket.store.head(key, context.signal);
      return head !== undefined && ownerOf(head).runId === context.runId;
    });
  }
}

/** The stage of one attempt, by its unquoted name; best effort. */
export async function dropStage(scope: Scope, name: string): Promise<void> {
  await drop(scope, name).catch(() => undefined);
}

/** A statement of a dead attempt would hold its stage. */
async function dropStages(scope: Scope, chosen: Chosen, isChosenTable: ChosenTable): Promise<void> {
  const { names, config, api } = scope;
  await api.cancelNamed(
    names.statementPrefix,
    (name) => chosen(generationIn(name, names.statementPrefix) ?? Infinity),
    work(scope, 'look for statements of dead attempts'),
  );
  const found = await api.rows(
    `SELECT table_name FROM svv_tables WHERE table_schema = CAST(:schema_name AS VARCHAR(127))
      AND LEFT(table_name, ${String(names.stagePrefix.length)}) = CAST(:prefix AS VARCHAR(127))`,
    work(scope, 'look for stages', { schema_name: fold(config.schema), prefix: names.stagePrefix }),
  );
  for (const name of found.map((row) => String(row['table_name']))) {
    if (isChosenTable(name)) {
      await drop(scope, name);
    }
  }
}

async function drop(scope: Scope, name: string): Promise<void> {
  const table = qualified({ schema: scope.config.schema, name });
  await scope.api.run(`DROP TABLE IF EXISTS ${table}`, work(scope, 'drop the stage'));
}

async function removeFiles(
  { names, context }: Scope,
  { store }: StagingBucket,
  chosen: Chosen,
  mayGo: (key: string) => Promise<boolean>,
): Promise<void> {
  const isChosen = (key: string): boolean => chosen(generationIn(key, names.keyPrefix) ?? Infinity);
  const uploads = await store.listUploads(names.keyPrefix, context.signal);
  await mapLimited(
    uploads.filter(({ key }) => isChosen(key)),
    SMALL_REQUESTS_IN_FLIGHT,
    (upload) => store.abortUpload(upload, context.signal),
  );
  const keys = await store.listKeys(names.keyPrefix, context.signal);
  await mapLimited(keys.filter(isChosen), SMALL_REQUESTS_IN_FLIGHT, async (key) => {
    if (await mayGo(key)) {
      await store.remove(key, context.signal);
    }
  });
}
