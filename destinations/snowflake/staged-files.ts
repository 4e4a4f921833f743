import { errorCode } from '../../core/errors.ts';
import { uploadFailed } from './errors.ts';
import { quoteText } from './identifiers.ts';
import { stageLocation } from './names.ts';
import { rows, run, type Scope } from './scope.ts';
import { isMissing } from './table.ts';

/** What a staged file is called says what is in it, so that another attempt can use it without reading it. */
export interface StagedFile {
  /** Within the stage. */
  path: string;
  rows: number;
  bytes: number;
  sha256: string;
}

const NAME = /(?:^|\/)c(\d{5,6})-r(\d+)-b(\d+)-([0-9a-f]{64})\.parquet$/;

const chunkName = (chunkIndex: number): string => `c${String(chunkIndex).padStart(5, '0')}-`;

export function fileName(chunkIndex: number, file: Omit<StagedFile, 'path'>): string {
  return `${chunkName(chunkIndex)}r${String(file.rows)}-b${String(file.bytes)}-${file.sha256}.parquet`;
}

function parseName(path: string): StagedFile | undefined {
  const match = NAME.exec(path);
  return match === null ? undefined : { path, rows: Number(match[2]), bytes: Number(match[3]), sha256: match[4] ?? '' };
}

/** Paths below a prefix. None when there is no ledger yet, whose stage it is. */
export async function listFiles(scope: Scope, prefix: string): Promise<string[]> {
  const sql = `LIST ${stageLocation(scope.names.ledger, prefix)}`;
  try {
    const found = await rows(scope, { sql, action: 'list the staged files' });
    return found.map((row) => row['name'] ?? '');
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}

/** The chunk's file, if an attempt has staged one below the folder: always the same one of several. */
export async function findChunk(scope: Scope, folder: string, chunkIndex: number): Promise<StagedFile | undefined> {
  const paths = await listFiles(scope, `${folder}${chunkName(chunkIndex)}`);
  return paths.toSorted().flatMap((path) => parseName(path) ?? [])[0];
}

/**
 * Uploads a local file under its own name. A file of this name that is there already has these bytes. `onEnd` runs when
 * the local file is not needed any more: an upload cannot be stopped.
 */
export async function putFile(
  scope: Scope,
  { localPath, folder }: { localPath: string; folder: string },
  onEnd: () => void,
): Promise<void> {
  const sql = `PUT ${quoteText(`file://${localPath}`)} ${stageLocation(scope.names.ledger, folder)}
    AUTO_COMPRESS = FALSE OVERWRITE = FALSE`;
  const [row] = await rows(scope, { sql, action: 'upload a staged file', onEnd });
  const status = row?.['status'];
  if (status !== 'UPLOADED' && status !== 'SKIPPED') {
    throw uploadFailed(row?.['source'] ?? 'a file', status);
  }
}

/** Everything below a prefix. */
export async function removeFiles(scope: Scope, prefix: string): Promise<void> {
  const sql = `REMOVE ${stageLocation(scope.names.ledger, prefix)}`;
  await run(scope, { sql, action: 'remove staged files' });
}

/** True for a COPY that names a file which somebody has removed. */
export function isFileGone(error: unknown): boolean {
  return errorCode(error) === 'snowflake_file_unreadable';
}
