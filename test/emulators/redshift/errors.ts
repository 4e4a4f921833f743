/** An error of the service itself: the request is refused and no statement comes of it. */
export class ServiceError extends Error {
  readonly type: string;
  readonly status: number;
  readonly fields: Record<string, unknown>;

  constructor(type: string, message: string, status = 400, fields: Record<string, unknown> = {}) {
    super(message);
    this.type = type;
    this.status = status;
    this.fields = fields;
  }
}

export const validation = (message: string): ServiceError => new ServiceError('ValidationException', message);

export const notFound = (message: string, resourceId: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', message, 400, { ResourceId: resourceId });

/** An error of the database: the statement ends as FAILED and `message` is what DescribeStatement shows. */
export class SqlError extends Error {
  constructor(text: string) {
    super(text.startsWith('ERROR:') || text.startsWith('FATAL:') ? text : `ERROR: ${text}`);
  }
}

/** The block with which compute nodes report an error; the text that matters is in `context`. */
export function nodeError(error: string, code: number, context: string): SqlError {
  const line = '-----------------------------------------------';
  return new SqlError(
    `${error}\n  Detail: \n  ${line}\n  error:  ${error}\n  code:      ${code}\n  context:   ${context}\n  query:     0\n  ${line}\n`,
  );
}

export const syntaxError = (near: string | undefined): SqlError =>
  new SqlError(near === undefined ? 'syntax error at end of input' : `syntax error at or near "${near}"`);
