import type { z } from 'zod';

/** The problems of a JSON body, as a text; undefined when the schema takes it. */
export function problemWith(schema: z.ZodType, body: string): string | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(body));
    return parsed.success
      ? undefined
      : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  } catch {
    return 'no JSON';
  }
}

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
