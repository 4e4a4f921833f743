import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { envSchema } from '../config.ts';

/** Writes `.env.example` from the schema in config.ts; a test keeps the two in step. */
export const ENV_EXAMPLE_FILE = fileURLToPath(new URL('../.env.example', import.meta.url));

const HEADER = `# Generated from config/ by \`npm run env-example\`. Variables without a leading # have to be set; the others show their
# default or, where there is none, an example.
`;

interface Meta {
  section: string;
  description: string;
  example?: string;
}

export function renderEnvExample(): string {
  const lines = [HEADER.trimEnd()];
  let section = '';
  for (const [name, field] of Object.entries(envSchema.shape)) {
    const meta = field.meta() as unknown as Meta;
    if (meta.section !== section) {
      section = meta.section;
      lines.push('', `# ---- ${section}`);
    }
    lines.push('', `# ${meta.description}`, assignment(name, field, meta));
  }
  return `${lines.join('\n')}\n`;
}

function assignment(name: string, field: z.ZodType, meta: Meta): string {
  const fallback = field.safeParse(undefined);
  return fallback.success
    ? `# ${name}=${fallback.data === undefined ? (meta.example ?? '') : text(fallback.data)}`
    : `${name}=${meta.example ?? ''}`;
}

function text(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rendered = renderEnvExample();
  const before = readFileSync(ENV_EXAMPLE_FILE, { encoding: 'utf8', flag: 'a+' });
  writeFileSync(ENV_EXAMPLE_FILE, rendered);
  console.log(before === rendered ? '.env.example was in step' : '.env.example is written anew');
}
