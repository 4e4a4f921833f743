/** An error as Snowflake answers it: `code` and `sqlState` are what a client may branch on, the text is what a person reads. */
export class SnowflakeFailure extends Error {
  readonly code: string;
  readonly sqlState: string;

  constructor(code: string, sqlState: string, message: string) {
    super(message);
    this.name = 'SnowflakeFailure';
    this.code = code;
    this.sqlState = sqlState;
  }
}

const compilation = (text: string) => `SQL compilation error:\n${text}`;

export const syntaxError = (near: string, position: number) =>
  new SnowflakeFailure(
    '001003',
    '42000',
    compilation(`syntax error line 1 at position ${String(position)} unexpected '${near}'.`),
  );

export const unsupported = (what: string) =>
  new SnowflakeFailure('000002', '0A000', `Unsupported feature '${what}' (of this emulator).`);

export const objectMissing = (kind: string, name: string) =>
  new SnowflakeFailure(
    '002003',
    kind === 'Object' || kind === 'Table' ? '42S02' : '02000',
    compilation(`${kind} '${name}' does not exist or not authorized.`),
  );

/** What USE answers for a name that is not there. */
export const cannotUse = () =>
  new SnowflakeFailure('002043', '02000', compilation('Object does not exist, or operation cannot be performed.'));

export const objectExists = (name: string) =>
  new SnowflakeFailure('002002', '42710', compilation(`Object '${name}' already exists.`));

export const insufficientPrivileges = (kind: string, name: string) =>
  new SnowflakeFailure(
    '003001',
    '42501',
    `SQL access control error:\nInsufficient privileges to operate on ${kind} '${name}'.`,
  );

export const noDatabase = (operation: string) =>
  new SnowflakeFailure(
    '090105',
    '22000',
    `Cannot perform ${operation}. This session does not have a current database. Call 'USE DATABASE', or use a qualified name.`,
  );

export const noWarehouse = () =>
  new SnowflakeFailure(
    '000606',
    '57P03',
    "No active warehouse selected in the current session.  Select an active warehouse with the 'use warehouse' command.",
  );

export const columnExists = (name: string) =>
  new SnowflakeFailure('001430', '42601', compilation(`column '${name}' already exists`));

export const invalidIdentifier = (name: string) =>
  new SnowflakeFailure('000904', '42000', compilation(`error line 1 at position 0\ninvalid identifier '${name}'`));

export const canceled = () => new SnowflakeFailure('000604', '57014', 'SQL execution canceled');

export const lockNotReleased = (table: string, holder: string) =>
  new SnowflakeFailure(
    '000625',
    '57014',
    `Statement '${holder}' has locked table '${table}' in transaction ${holder} and this lock has not yet been released.`,
  );

export const duplicateRow = () => new SnowflakeFailure('100090', '42P18', 'Duplicate row detected during DML action');

export const remoteFileMissing = (path: string) =>
  new SnowflakeFailure('091016', '22000', `Remote file '${path}' was not found. There are several potential causes.`);

export const rejectedLogin = (code: string, message: string) => new SnowflakeFailure(code, '08001', message);
