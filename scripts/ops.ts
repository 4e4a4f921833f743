import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { ALERT_NAMES } from '../ops/source/alerts.ts';
import { DASHBOARDS } from '../ops/source/dashboards.ts';
import { withLinks } from '../ops/source/links.ts';
import { metricsTable } from '../ops/source/metrics-table.ts';
import { grafanaJson } from '../ops/source/panels.ts';
import { alertRules, recordingRules, type RuleFile } from '../ops/source/rules.ts';

/** `npm run ops`: writes dashboards, rules, the table of metrics and the links of runbooks from their typed sources in ops/source/. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HEADER = '# Generated from ops/source by `npm run ops`.\n';

/** Every generated file by its path in the repository. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const dashboards = DASHBOARDS.map((dashboard): [string, string] => [
    `ops/grafana/dashboards/${dashboard.slug}.json`,
    JSON.stringify(grafanaJson(dashboard, DASHBOARDS)),
  ]);
  const files: [string, string][] = [
    ...dashboards,
    ['ops/prometheus/recording.yml', rulesText(recordingRules())],
    ['ops/prometheus/alerts.yml', rulesText(alertRules())],
    ['docs/metrics.md', metricsTable()],
    ...ALERT_NAMES.flatMap(runbook),
  ];
  const formatted = files.map(async ([file, text]): Promise<[string, string]> => [file, await pretty(file, text)]);
  return new Map(await Promise.all(formatted));
}

/** By hand, but for its links. */
function runbook(alertName: string): [string, string][] {
  const file = `ops/runbooks/${alertName}.md`;
  const target = path.join(ROOT, file);
  return existsSync(target) ? [[file, withLinks(alertName, readFileSync(target, 'utf8'))]] : [];
}

function rulesText(rules: RuleFile): string {
  return HEADER + stringify(rules, { lineWidth: 0 });
}

async function pretty(file: string, text: string): Promise<string> {
  const filepath = path.join(ROOT, file);
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of await generatedFiles()) {
    const target = path.join(ROOT, file);
    mkdirSync(path.dirname(target), { recursive: true });
    const before = readFileSync(target, { encoding: 'utf8', flag: 'a+' });
    writeFileSync(target, text);
    console.log(`${before === text ? 'in step' : 'written'}: ${file}`);
  }
}
