import { z } from 'zod';
import { parseUrl } from '../../core/parse-url.ts';
import { headersProblem } from './headers.ts';

export const HTTP_SHAPES = ['posthog', 'jsonl', 'json_array'] as const;

const httpConfigFields = z.strictObject({
  url: z
    .string()
    .max(2_048)
    .refine(isPlainUrl, 'it must be an http or https URL without user name and password')
    .describe(
      'Where batches go. For PostHog the capture host with /batch/, for example https://us.i.posthog.com/batch/.',
    ),
  shape: z
    .enum(HTTP_SHAPES)
    .default('posthog')
    .describe('Body of a batch: posthog (the capture API), jsonl (a JSON object a line) or json_array.'),
  apiKey: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .describe('Project API key of the receiving project; with shape posthog only.'),
  historicalMigration: z
    .boolean()
    .default(true)
    .describe(
      'Whether PostHog is told that this is history: it keeps timestamps and takes events outside of its burst limits.',
    ),
  method: z.enum(['POST', 'PUT']).default('POST').describe('HTTP method.'),
  auth: z.enum(['none', 'bearer', 'basic']).default('none').describe('What the Authorization header holds.'),
  token: z.string().min(1).max(4_096).optional().describe('Token of auth bearer.'),
  username: z.string().min(1).max(256).optional().describe('User of auth basic.').meta({ credential: true }),
  password: z.string().max(1_024).optional().describe('Password of auth basic.'),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Headers of every request besides those that Sluice sets.'),
  compression: z.enum(['gzip', 'none']).default('gzip').describe('Whether bodies are packed.'),
  maxBatchRows: z.int().min(1).max(10_000).default(5_000).describe('Rows in one request, at most.'),
  maxBatchBytes: z
    .int()
    .min(1_024)
    .max(20_000_000)
    .default(10_000_000)
    .describe('Bytes of rows in one request before packing, at most; a single larger row goes alone.'),
  timeoutSeconds: z.int().min(1).max(300).default(60).describe('Time for one request and its answer.'),
});

export const httpConfigSchema = httpConfigFields.check((context) => {
  for (const [path, message] of problemsOf(context.value)) {
    context.issues.push({ code: 'custom', path: [path], message, input: undefined });
  }
});
export type HttpConfig = z.output<typeof httpConfigFields>;

function problemsOf(config: HttpConfig): [string, string][] {
  const needed = (
    field: 'apiKey' | 'token' | 'username' | 'password',
    wanted: boolean,
    by: string,
  ): [string, string][] => {
    const given = config[field] !== undefined;
    return given === wanted ? [] : [[field, wanted ? `it is needed with ${by}` : `it belongs to ${by}`]];
  };
  const headers = headersProblem(config.headers);
  return [
    ...needed('apiKey', config.shape === 'posthog', 'shape posthog'),
    ...needed('token', config.auth === 'bearer', 'auth bearer'),
    ...needed('username', config.auth === 'basic', 'auth basic'),
    ...needed('password', config.auth === 'basic', 'auth basic'),
    ...(headers === undefined ? [] : [['headers', headers] satisfies [string, string]]),
  ];
}

function isPlainUrl(text: string): boolean {
  const url = parseUrl(text);
  if (url === undefined) {
    return false;
  }
  const { protocol, username, password } = url;
  return /^https?:$/.test(protocol) && username === '' && password === '';
}
