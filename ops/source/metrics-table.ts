import { METRICS, RUNTIME_METRICS } from '../../observability/catalogue.ts';

const HEAD = `<!-- Generated from observability/catalogue.ts by \`npm run ops\`. -->

# Metrics

Every process shows these on \`/metrics\` of \`SLUICE_METRICS_HOST\`:\`SLUICE_METRICS_PORT\`; [observability.md](observability.md) says what to do with them.
Labels have the values that are listed, and \`other\`; of labels with an open set the first 50 values are told apart. Ids are never labels.
`;

/** docs/metrics.md. */
export function metricsTable(): string {
  const rows = Object.entries(METRICS).map(
    ([name, { type, help, labels = {} }]) => `| \`${name}\` | ${type} | ${labelText(labels)} | ${help} |`,
  );
  const runtime = Object.entries(RUNTIME_METRICS).map(([name, type]) => `| \`${name}\` | ${type} |`);
  return [
    HEAD,
    '| metric | type | labels | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
    'Of the runtimes (Node in every process, Temporal’s SDK in workers, `up` of Prometheus) dashboards and alerts use:',
    '',
    '| metric | type |',
    '|---|---|',
    ...runtime,
    '',
  ].join('\n');
}

function labelText(labels: Readonly<Record<string, readonly string[] | 'open'>>): string {
  return Object.entries(labels)
    .map(([label, values]) => (values === 'open' ? `\`${label}\`` : `\`${label}\`: ${values.join(', ')}`))
    .join('; ');
}
