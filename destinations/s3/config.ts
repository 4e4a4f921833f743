import { z } from 'zod';
import { DEFAULT_PREFIX, prefixProblem } from '../prefix.ts';

function endpointProblem(value: string): string | undefined {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return 'it is not a URL';
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return 'it must begin with https:// or http://';
  }
  return url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== ''
    ? 'it must not contain credentials, a query or a fragment'
    : undefined;
}

/** Turns a function that explains a problem into a zod check with that explanation. */
function explained(problemOf: (value: string) => string | undefined): (context: z.core.ParsePayload<string>) => void {
  return (context) => {
    const problem = problemOf(context.value);
    if (problem !== undefined) {
      context.issues.push({ code: 'custom', message: problem, input: context.value });
    }
  };
}

export const s3ConfigSchema = z.strictObject({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket name has 3 to 63 of a-z, 0-9, "." and "-"')
    .describe('Name of the bucket. It must exist.'),
  region: z
    .string()
    .regex(/^[a-z0-9-]{2,32}$/, 'a region looks like eu-central-1')
    .default('us-east-1')
    .describe('Region of the bucket, for example eu-central-1. Stores other than AWS often take any, or "auto".'),
  prefix: z
    .string()
    .check(explained(prefixProblem))
    .default(DEFAULT_PREFIX)
    .describe(
      'What keys begin with. Variables: {year} {month} {day} {hour} {minute} {second} (of the interval start, UTC), {interval_start} {interval_end} {table} {export_id}.',
    ),
  endpoint: z
    .string()
    .check(explained(endpointProblem))
    .optional()
    .describe('URL of an S3-compatible store. Leave empty for AWS.'),
  forcePathStyle: z
    .boolean()
    .default(false)
    .describe(
      'Address the bucket as https://endpoint/bucket instead of https://bucket.endpoint. Most self-hosted stores need it.',
    ),
  accessKeyId: z.string().min(1).max(256).describe('Access key id.'),
  secretAccessKey: z.string().min(1).max(1_024).describe('Secret access key. Stored encrypted, never shown again.'),
});
export type S3Config = z.output<typeof s3ConfigSchema>;
