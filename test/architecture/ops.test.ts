import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { METRICS, RUNTIME_METRICS } from '../../observability/catalogue.ts';
import { ALERT_NAMES, ALERTS } from '../../ops/source/alerts.ts';
import { DASHBOARDS } from '../../ops/source/dashboards.ts';
import { metricsIn } from '../../ops/source/promql.ts';
import { recordingRules } from '../../ops/source/rules.ts';
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
  const gridPos = z.object({ x: z.int().min(0), y: z.int().min(0), w: z.int().min(1).max(24), h: z.int().min(1) });
  const datasource = z.object({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });
  const panel = z.object({
    id: z.int().min(1),
    type: z.enum(['row', 'timeseries', 'stat']),
    title: z.string().min(1),
    gridPos,
    datasource: datasource.optional(),
    targets: z
      .array(z.object({ refId: z.string().regex(/^[A-Z]$/), expr: z.string(), legendFormat: z.string(), datasource }))
      .optional(),
  });
  /** The documented fields of Grafana's dashboard JSON model; Grafana publishes no schema of it to validate with. */
  const model = z.object({
    uid: z.string().regex(/^[a-zA-Z0-9_-]{1,40}$/),
    title: z.string().min(1),
    schemaVersion: z.int().min(36),
    tags: z.array(z.string()),
    time: z.object({ from: z.string(), to: z.string() }),
    templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
    annotations: z.object({ list: z.array(z.unknown()) }),
    panels: z.array(panel).min(3),
  });
  const folder = path.join(ROOT, 'ops/grafana/dashboards');

  test.each(readdirSync(folder))('%s is what Grafana reads, and no two panels overlap', (file) => {
    const { panels } = model.parse(JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
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
    expect(text.slice(text.indexOf('## First look'), text.indexOf('## Causes'))).toMatch(/```sh\n[^`]+```/);
  });
});
