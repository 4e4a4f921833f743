import type { Command } from 'commander';
import { answer, type Schemas } from '../api.ts';
import { print, table } from '../output.ts';
import type { CommandContext } from '../register.ts';

type Kind = Schemas['WebhookKind'];

/** As much of the JSON Schema of a kind's inputs as is shown. */
type Inputs = {
  properties?: Record<string, { description?: string; writeOnly?: boolean }>;
  required?: string[];
};

/** `sluice webhooks kinds` */
export function kindsCommand(webhooks: Command, { api }: CommandContext): Command {
  webhooks
    .command('kinds')
    .description('the kinds of webhooks there are, or the inputs of one')
    .argument('[kind]')
    .option('--json', 'print one JSON object')
    .action(async (kind: string | undefined, options: { json?: boolean }) => {
      const { items } = await answer(api().GET('/api/v1/webhook-kinds'));
      const shown = kind === undefined ? items : items.filter((item) => item.kind === kind);
      print(options.json, { items: shown }, kind === undefined ? kindsText(items) : shown.map(inputsText).join('\n'));
      process.exitCode = shown.length === 0 ? 1 : 0;
    });
  return webhooks;
}

function kindsText(items: readonly Kind[]): string {
  return table(
    ['kind', 'title', 'what arrives'],
    items.map(({ kind, title, summary }) => [kind, title, summary]),
  );
}

function inputsText({ title, summary, inputs_schema: schema }: Kind): string {
  const { properties = {}, required = [] } = schema as Inputs;
  const rows = Object.entries(properties).map(([name, field]) => [
    name,
    required.includes(name) ? 'yes' : '',
    field.writeOnly === true ? 'yes' : '',
    field.description ?? '',
  ]);
  return [`${title}: ${summary}`, '', table(['input', 'required', 'secret', ''], rows)].join('\n');
}
