import { SqlError, syntaxError } from '../errors.ts';
import { cursorOver, splitAtCommas, type Cursor } from '../sql/cursor.ts';

export interface CopyCommand {
  /** Quoted for PostgreSQL. */
  table: string;
  columns: string[] | undefined;
  bucket: string;
  key: string;
  isManifest: boolean;
  serializeToJson: boolean;
  access: CopyAccess;
}

export type CopyAccess =
  | { kind: 'role'; arn: string }
  | { kind: 'keys'; accessKeyId: string; secretAccessKey: string; sessionToken: string | undefined };

interface Options {
  role?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
  sessionToken?: string;
  isManifest: boolean;
  isParquet: boolean;
  serializeToJson: boolean;
}

/** Redshift's words for a parameter that columnar formats do not take. */
const NOT_COLUMNAR = [
  'region',
  'maxerror',
  'compupdate',
  'acceptanydate',
  'truncatecolumns',
  'dateformat',
  'timeformat',
];

/** After `COPY`. Only Parquet from S3. */
export function parseCopy(cursor: Cursor): CopyCommand {
  const table = cursor.tableName();
  const columns =
    cursor.peek()?.text === '('
      ? splitAtCommas(cursor.group()).map((part) => cursorOver(part).identifier())
      : undefined;
  cursor.expect('from');
  const { bucket, key } = parseS3Url(cursor.literal());
  const options = parseOptions(cursor);
  if (!options.isParquet) {
    throw new SqlError('the emulator copies FORMAT AS PARQUET only');
  }
  const { isManifest, serializeToJson } = options;
  return { table, columns, bucket, key, isManifest, serializeToJson, access: accessOf(options) };
}

export function parseS3Url(url: string): { bucket: string; key: string } {
  const match = /^s3:\/\/([^/]+)\/(.*)$/.exec(url);
  if (match === null) {
    throw new SqlError(`The S3 path is not valid: ${url}`);
  }
  return { bucket: match[1]!, key: match[2]! };
}

function parseOptions(cursor: Cursor): Options {
  const options: Options = { isManifest: false, isParquet: false, serializeToJson: false };
  while (cursor.peek() !== undefined) {
    if (!parseAccess(cursor, options) && !parseFlag(cursor, options)) {
      refuseOption(cursor);
    }
  }
  return options;
}

function parseAccess(cursor: Cursor, options: Options): boolean {
  const text = (): string => {
    void cursor.take('as');
    return cursor.literal();
  };
  if (cursor.take('iam_role')) {
    options.role = cursor.take('default') ? 'default' : text();
  } else if (cursor.take('access_key_id')) {
    options.accessKeyId = text();
  } else if (cursor.take('secret_access_key')) {
    options.secretAccessKey = text();
  } else if (cursor.take('session_token')) {
    options.sessionToken = text();
  } else if (cursor.take('credentials') || cursor.take('with credentials')) {
    Object.assign(options, parseCredentials(text()));
  } else {
    return false;
  }
  return true;
}

const CREDENTIAL_NAMES: Record<string, keyof Options> = {
  aws_iam_role: 'role',
  aws_access_key_id: 'accessKeyId',
  aws_secret_access_key: 'secretAccessKey',
  token: 'sessionToken',
};

function parseCredentials(text: string): Partial<Options> {
  const pairs = text.split(';').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  return Object.fromEntries(pairs.map(([name, value]) => [CREDENTIAL_NAMES[name ?? ''] ?? name, value]));
}

function parseFlag(cursor: Cursor, options: Options): boolean {
  if (cursor.take('manifest')) {
    options.isManifest = true;
  } else if (['format as parquet', 'format parquet', 'as parquet', 'parquet'].some((words) => cursor.take(words))) {
    options.isParquet = true;
  } else if (cursor.take('serializetojson')) {
    options.serializeToJson = true;
  } else if (cursor.take('statupdate')) {
    cursor.skip('on', 'off', 'true', 'false');
  } else {
    return false;
  }
  return true;
}

function refuseOption(cursor: Cursor): never {
  const token = cursor.next();
  if (NOT_COLUMNAR.includes(token.lower)) {
    throw new SqlError(`${token.text.toUpperCase()} argument is not supported for PARQUET based COPY`);
  }
  throw syntaxError(token.text);
}

function accessOf({ role, accessKeyId, secretAccessKey, sessionToken }: Options): CopyAccess {
  if (role !== undefined) {
    return { kind: 'role', arn: role };
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new SqlError(
      'COPY from S3 needs credentials: use IAM_ROLE, CREDENTIALS or ACCESS_KEY_ID and SECRET_ACCESS_KEY',
    );
  }
  return { kind: 'keys', accessKeyId, secretAccessKey, sessionToken };
}
