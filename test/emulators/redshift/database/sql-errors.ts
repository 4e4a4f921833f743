import { nodeError, SqlError } from '../errors.ts';

interface PostgresError {
  code?: string;
  message: string;
  detail?: string;
  column?: string;
  table?: string;
  schema?: string;
}

type Convert = (error: PostgresError) => SqlError;

const tooLong: Convert = ({ message }) =>
  nodeError('Value too long for character type', 8001, message.replace(/^value/, 'Value'));

/** PostgreSQL's SQLSTATE to what Redshift says. Everything else keeps PostgreSQL's words. */
const CONVERSIONS: Record<string, Convert> = {
  '22001': tooLong,
  '23514': ({ message }) =>
    message.includes('super_size')
      ? nodeError('The SUPER value exceeds the max size of 16777216 bytes', 8001, '')
      : tooLong({
          message: message.replace(/value for domain (?:redshift\.)?(\w+?)_(\d+).*/, 'value too long for type $1($2)'),
        }),
  '21000': () => new SqlError('Found multiple matches to update the same tuple.'),
  '23502': ({ column }) => new SqlError(`Cannot insert a NULL value into column ${column ?? ''}`),
  '23505': () => new SqlError('could not complete because of conflict with concurrent transaction'),
  '40001': ({ message }) =>
    new SqlError(
      `1023\n  Detail: Serializable isolation violation on table - 0, transactions forming the cycle are: ${message}`,
    ),
  '42501': ({ message }) =>
    new SqlError(message.replace('permission denied for table', 'permission denied for relation')),
  '57014': () => new SqlError("Query cancelled on user's request"),
  RS001: ({ detail }) => nodeError('JSON parsing error', 8001, `invalid json object ${detail ?? ''}`),
};

/** What DescribeStatement shows for an error of any origin. */
export function toSqlError(error: unknown): SqlError {
  if (error instanceof SqlError) {
    return error;
  }
  const postgres = error as PostgresError;
  const convert = CONVERSIONS[postgres.code ?? ''];
  return convert === undefined ? new SqlError(withDetail(postgres)) : convert(postgres);
}

function withDetail({ message, detail }: PostgresError): string {
  return detail === undefined ? message : `${message}\n  Detail: ${detail}`;
}
