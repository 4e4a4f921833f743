import type { Destination } from '../../destinations/contract.ts';
import { createFileDestination } from '../../destinations/file/index.ts';
import { createS3Destination } from '../../destinations/s3/index.ts';

const MIB = 1024 * 1024;

/** Small parts, so that a source of some megabytes is a multipart upload. Also used by the child process. */
export function destinationUnderTest(kind: string): Destination<unknown> {
  return kind === 's3' ? createS3Destination({ partBytes: 5 * MIB }) : createFileDestination();
}
