import { ApiError } from './api-error.ts';
import type { JobResource } from './wire.ts';

export interface Upload {
  job: JobResource;
  content: Buffer;
}

/** The two parts of a `multipart/related` upload: the job and the file. */
export function parseMultipart(contentType: string, body: Buffer): Upload {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  const [job, content] = boundary === undefined ? [] : partsOf(body, `--${boundary}`);
  if (job === undefined || content === undefined) {
    throw new ApiError('invalid', 'Malformed multipart body: it needs the job and the file');
  }
  return { job: JSON.parse(job.toString()) as JobResource, content };
}

function partsOf(body: Buffer, delimiter: string): Buffer[] {
  const parts: Buffer[] = [];
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const end = body.indexOf(`\r\n${delimiter}`, start + delimiter.length);
    const headersEnd = body.indexOf('\r\n\r\n', start);
    if (end >= 0 && headersEnd >= 0 && headersEnd < end) {
      parts.push(body.subarray(headersEnd + 4, end));
    }
    start = end < 0 ? -1 : end + 2;
  }
  return parts;
}
