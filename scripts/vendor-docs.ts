import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { WebhookKind } from '../core/webhook-kinds.ts';
import { webhookKinds } from '../activities/webhook-kinds.ts';

/**
 * Writes the part of docs/vendors.md that follows from the code. Run it (`npm run vendor-docs`) after a change of
 * delivery/vendors/; a test compares.
 */
const FILE = new URL('../docs/vendors.md', import.meta.url);
const MARK = '<!-- From here on: npm run vendor-docs -->';

interface InputField {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
  writeOnly?: boolean;
  template?: boolean;
}

/** The document with its second part made anew. */
export async function vendorDocs(): Promise<string> {
  const [byHand = ''] = (await readFile(FILE, 'utf8')).split(MARK);
  const kinds = webhookKinds().filter(({ ownsRequest }) => ownsRequest);
  return `${byHand}${MARK}\n\n${kinds.map(section).join('\n')}`;
}

function section(kind: WebhookKind): string {
  const { properties, required = [] } = kind.inputsSchema as {
    properties: Record<string, InputField>;
    required?: string[];
  };
  const inputs = Object.entries(properties).map(([name, field]) => [
    `\`${name}\`${required.includes(name) ? '' : ' (optional)'}`,
    describe(field),
  ]);
  const answers = kind.answers.map((answer) => [
    answer.when,
    `\`${answer.name}\``,
    `${answer.class}, ${answer.fault}`,
    `${answer.message} ${answer.remedy}`,
  ]);
  const limit =
    kind.rateLimitPerSecond === null ? '' : ` At most ${String(kind.rateLimitPerSecond)} requests a second.`;
  return [
    `## ${kind.title}\n`,
    `Kind \`${kind.kind}\`. ${kind.summary}${limit} After ${kind.docs.map((url) => `<${url}>`).join(', ')}.\n`,
    table(['input', ''], inputs),
    table(['answer', 'error', 'class, who acts', ''], answers),
  ].join('\n');
}

function describe(field: InputField): string {
  const values = field.enum === undefined ? '' : ` One of ${field.enum.map((value) => `\`${value}\``).join(', ')}.`;
  const marks = [...(field.writeOnly ? ['secret'] : []), ...(field.template ? ['template'] : [])];
  const given = field.default === undefined ? '' : ` Default: \`${textOf(field.default)}\`.`;
  return `${field.description ?? ''}${values}${marks.map((mark) => ` _${mark}_`).join('')}${given}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(FILE, await vendorDocs());
}
