import type { FileReceipt } from '../contract.ts';
import { fileChanged, fileMissing } from '../errors.ts';
import { mapLimited } from '../map-limited.ts';
import type { ObjectStore } from '../object-store/store.ts';
import type { RedshiftConfig } from './config.ts';
import { namedWork, type Scope, type StagingBucket } from './scope.ts';
import { quoteText } from './sql.ts';

const SMALL_REQUESTS_IN_FLIGHT = 16;

/** Copies exactly these files into a table, by way of a manifest that only this attempt writes. */
export async function copyFiles(
  scope: Scope,
  { name, store }: StagingBucket,
  { table, files, attempt }: { table: string; files: readonly FileReceipt[]; attempt: string },
): Promise<void> {
  const { config, context, names } = scope;
  const entries = files.map(({ key, bytes }) => ({
    url: `s3://${name}/${key}`,
    mandatory: true,
    meta: { content_length: bytes },
  }));
  const key = names.manifestKey(attempt);
  const object = { key, contentType: 'application/json', metadata: { 'sluice-run': context.runId } };
  await store.put(object, Buffer.from(JSON.stringify({ entries })), { onlyNew: true }, context.signal);
  const copy = `${copySql(config, table, `s3://${name}/${key}`)} MANIFEST`;
  await scope.api.run(copy, namedWork(scope, 'copy the staged files'));
}

/** `url` names a file or, with MANIFEST after it, a manifest. */
export function copySql({ copyRole }: Pick<RedshiftConfig, 'copyRole'>, table: string, url: string): string {
  const role = copyRole === 'default' ? 'default' : quoteText(copyRole);
  return `COPY ${table} FROM ${quoteText(url)} IAM_ROLE ${role} FORMAT AS PARQUET`;
}

/** Throws when one is not there any more, or not as it was written. */
export async function assertUnchanged(
  store: ObjectStore,
  files: readonly FileReceipt[],
  signal: AbortSignal,
): Promise<void> {
  await mapLimited(files, SMALL_REQUESTS_IN_FLIGHT, async (file) => {
    const head = await store.head(file.key, signal);
    if (head === undefined) {
      throw fileMissing(file.key);
    }
    if (head.bytes !== file.bytes || (file.etag !== undefined && head.etag !== file.etag)) {
      throw fileChanged(file.key, 'its size or ETag differs');
    }
  });
}
