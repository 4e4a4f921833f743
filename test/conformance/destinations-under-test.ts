import { createAzureBlobDestination } from '../../destinations/azure-blob/index.ts';
import type { Destination } from '../../destinations/contract.ts';
import { createFileDestination } from '../../destinations/file/index.ts';
import { createGcsDestination } from '../../destinations/gcs/index.ts';
import { createS3Destination } from '../../destinations/s3/index.ts';
import type { SuiteTarget } from './place.ts';

const MIB = 1024 * 1024;
/** Small parts, so that a source of some megabytes is a multipart upload. */
const SMALL_PARTS = { partBytes: 5 * MIB };

const GOOGLE = { token: 'https://oauth2.googleapis.com/token', iam: 'https://iamcredentials.googleapis.com' };

/** The emulator answers for OAuth and IAM too; without an endpoint it is Google's own. */
export function emulatedSignIn({ endpoint }: { endpoint?: string | undefined }): { token: string; iam: string } {
  return endpoint === undefined ? GOOGLE : { token: `${endpoint}/token`, iam: endpoint };
}

const MAKERS: Partial<Record<string, () => Destination<unknown>>> = {
  file: () => createFileDestination(),
  s3: () => createS3Destination(SMALL_PARTS),
  'azure-blob': () => createAzureBlobDestination(SMALL_PARTS),
  gcs: () => createGcsDestination({ ...SMALL_PARTS, signInAt: emulatedSignIn }),
} satisfies Partial<Record<SuiteTarget['kind'], () => Destination<unknown>>>;

/** Also used by the child process. */
export function destinationUnderTest(kind: string): Destination<unknown> {
  const make = MAKERS[kind];
  if (make === undefined) {
    throw new Error(`no destination ${kind} is under test`);
  }
  return make();
}
