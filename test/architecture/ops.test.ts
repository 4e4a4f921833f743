import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { METRICS, RUNTIME_METRICS } from '../../observability/catalogue.ts';
import { ALERT_NAMES, ALERTS } from '../../ops/source/alerts.ts';
import { DASHBOARDS } from '../../ops/source/dashboards.ts';
import { grafanaJson, uidOf } from '../../ops/source/panels.ts';
import { metricsIn } from '../../ops/source/promql.ts';
import { recordingRules, ruleOf } from '../../ops/source/rules.ts';
import { generatedFiles } from '../../scripts/ops.ts';

/** What operators read follows from ops/source; here it is held together without any server. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const KNOWN = new Set([...Object.keys(METRICS), ...Object.keys(RUNTIME_METRICS)]);

test('generated files are in step with their sources; if not: npm run ops', async () => {
  for (const [file, text] of await generatedFiles()) {
    const written = existsSync(path.join(ROOT, file)) ? readFileSync(path.join(ROOT, file), 'utf8') : '';
    expect({ file, inStep: written === text }).toEqual({ file, inStep: true });
  }
});

const queries = [
  ...DASHBOARDS.flatMap(({ slug, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap(({ title, queries: targets }) => targets.map(({ expr }) => ({ of: `${slug}: ${title}`, expr }))),
    ),
  ),
  ...Object.values(ALERTS).flatMap((alerts) => alerts.map(({ name, expr }) => ({ of: name, expr }))),
  ...recordingRules().groups.flatMap(({ rules }) => rules.map(({ expr }) => ({ of: 'recording', expr }))),
];
const recorded = new Set(
  recordingRules().groups.flatMap(({ rules }) => rules.flatMap((rule) => ('record' in rule ? [rule.record] : []))),
);

test('every query names metrics of the catalogue, or a recorded ratio', () => {
  for (const { of, expr } of queries) {
    const rules = expr.match(/slo:\w+:\w+/g) ?? [];
    const unknown = [
      ...metricsIn(expr).filter((name) => !KNOWN.has(name)),
      ...rules.filter((name) => !recorded.has(name)),
    ];
    expect({ of, unknown }).toEqual({ of, unknown: [] });
    expect(metricsIn(expr).length + rules.length).toBeGreaterThan(0);
  }
});

test('every metric of ours is on a dashboard', () => {
  const shown = new Set(queries.flatMap(({ expr }) => metricsIn(expr)));
  expect(Object.keys(METRICS).filter((name) => !shown.has(name))).toEqual([]);
});

describe('dashboards', () => {
  interface Placed {
    id: number;
    gridPos: Record<'x' | 'y' | 'w' | 'h', number>;
  }
  const folder = path.join(ROOT, 'ops/grafana/dashboards');

  /** grafana-schema.test.ts validates them. */
  test.each(readdirSync(folder))('no two panels of %s overlap or have one id', (file) => {
    const { panels } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { panels: Placed[] };
    expect(panels.length).toBeGreaterThan(3);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

describe('runbooks', () => {
  const SECTIONS = ['Meaning', 'Impact', 'First look', 'Causes', 'Repair', 'Prevention'];
  const folder = path.join(ROOT, 'ops/runbooks');

  test('there is one for each alert, and none without', () => {
    const names = readdirSync(folder).filter((file) => file !== 'README.md');
    expect(names.toSorted()).toEqual(ALERT_NAMES.map((name) => `${name}.md`).toSorted());
  });

  test.each(ALERT_NAMES)('%s says all that is needed, with commands to look', (name) => {
    const text = readFileSync(path.join(folder, `${name}.md`), 'utf8');
    expect(text.match(/^## .+$/gm)).toEqual(SECTIONS.map((section) => `## ${section}`));
    expect(text).toMatch(new RegExp(`^# ${name}\n`));
    const look = text.slice(text.indexOf('## First look'), text.indexOf('## Causes'));
    expect(look).toMatch(/```sh\n[^`]+```/);
    expect(look).toMatch(/\$GRAFANA_URL\/d\/sluice-\w+\?viewPanel=\d+/);
  });

  test('their links lead to panels that are on the dashboards, and show what the alert asks for', () => {
    const panels = new Map(
      DASHBOARDS.flatMap((dashboard) =>
        (grafanaJson(dashboard, [])['panels'] as { id: number; type: string; title: string }[]).map((panel) => [
          `/d/${uidOf(dashboard)}?viewPanel=${panel.id}`,
          `${dashboard.title}, ${panel.title}`,
        ]),
      ),
    );
    const links = ALERT_NAMES.flatMap((name) => [
      ...readFileSync(path.join(folder, `${name}.md`), 'utf8').matchAll(/`\$GRAFANA_URL([^`]+)`: (.+)$/gm),
    ]);
    expect(links.length).toBeGreaterThan(ALERT_NAMES.length);
    expect(links.filter(([, url = '', text]) => panels.get(url) !== text).map(([all]) => all)).toEqual([]);
    const annotated = Object.values(ALERTS)
      .flat()
      .map((alert) => ruleOf(alert).annotations.dashboard);
    expect(annotated.filter((url) => !panels.has(url))).toEqual([]);
  });

  test('each of Temporal’s pages is what the command beside it asks for', () => {
    for (const name of ALERT_NAMES) {
      const text = readFileSync(path.join(folder, `${name}.md`), 'utf8');
      const look = text.slice(text.indexOf('## First look'), text.indexOf('## Causes'));
      const asked = [...look.matchAll(/^temporal workflow list .*--query '([^']+)'$/gm)].map(([, query]) => query);
      const linked = [...look.matchAll(/\$TEMPORAL_NAMESPACE\/workflows\?query=([^`]+)`/g)].map(([, query = '']) =>
        decodeURIComponent(query),
      );
      expect({ name, linked }).toEqual({ name, linked: asked });
    }
  });
});
