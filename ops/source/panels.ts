/** Panels of Grafana dashboards: what is shown, without where; `layOut` places them. */

export type Unit = 'short' | 's' | 'bytes' | 'Bps' | 'ops' | 'percentunit' | 'none';

export interface Query {
  expr: string;
  /** Grafana's template: `{{kind}}`. */
  legend: string;
}

export interface Panel {
  title: string;
  /** What it means and when to worry; shown behind the panel's info mark. */
  description: string;
  unit: Unit;
  queries: readonly Query[];
  /** `stat`: one number; default: lines over time. */
  type?: 'timeseries' | 'stat';
  /** Green below the first, orange from it, red from the second. */
  thresholds?: readonly [number, number];
  stack?: boolean;
  min?: number;
  max?: number;
}

export interface Row {
  title: string;
  panels: readonly Panel[];
}

export interface Dashboard {
  /** File name and, with a prefix, Grafana's uid. */
  slug: string;
  title: string;
  description: string;
  rows: readonly Row[];
}

/** Grafana's grid is 24 columns wide. */
const COLUMNS = 24;
const PANELS_PER_LINE = 3;
const SIZES = { timeseries: 8, stat: 4 } as const;
/** The dashboard schema of Grafana 11 and 12, which newer versions migrate by themselves. */
const SCHEMA_VERSION = 41;
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** The JSON that Grafana imports. */
export function grafanaJson(dashboard: Dashboard, others: readonly Dashboard[]): Record<string, unknown> {
  return {
    uid: uidOf(dashboard),
    title: `Sluice / ${dashboard.title}`,
    description: dashboard.description,
    tags: ['sluice'],
    schemaVersion: SCHEMA_VERSION,
    editable: false,
    graphTooltip: 1,
    timezone: 'browser',
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [datasourceVariable()] },
    annotations: { list: [] },
    links: others.filter(({ slug }) => slug !== dashboard.slug).map(linkTo),
    panels: layOut(dashboard.rows),
  };
}

/** A panel with the id by which Grafana knows it in its dashboard. */
export interface PlacedPanel extends Panel {
  id: number;
}

export function panelsOf({ rows }: Dashboard): PlacedPanel[] {
  const ids = layOut(rows).flatMap(({ id, type }) => (type === 'row' ? [] : [Number(id)]));
  return rows.flatMap(({ panels }) => panels).map((panel, index) => ({ ...panel, id: ids[index] ?? Number.NaN }));
}

export function uidOf({ slug }: Dashboard): string {
  return `sluice-${slug}`;
}

function datasourceVariable(): Record<string, unknown> {
  return { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', hide: 0, refresh: 1 };
}

function linkTo(dashboard: Dashboard): Record<string, unknown> {
  const { title } = dashboard;
  const fixed = { type: 'link', icon: 'dashboard', asDropdown: false, targetBlank: false, includeVars: true };
  return { ...fixed, title, url: `/d/${uidOf(dashboard)}`, keepTime: true, tags: [], tooltip: '' };
}

function layOut(rows: readonly Row[]): Record<string, unknown>[] {
  const placed: Record<string, unknown>[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    const row = { id: placed.length + 1, type: 'row', title, collapsed: false, panels: [] };
    placed.push({ ...row, gridPos: { x: 0, y, w: COLUMNS, h: 1 } });
    y += 1;
    const lines = Math.ceil(panels.length / PANELS_PER_LINE);
    for (let line = 0; line < lines; line += 1) {
      const inLine = panels.slice(line * PANELS_PER_LINE, (line + 1) * PANELS_PER_LINE);
      const h = Math.max(...inLine.map(({ type = 'timeseries' }) => SIZES[type]));
      const w = COLUMNS / inLine.length;
      inLine.forEach((panel, index) => {
        placed.push(panelJson(panel, placed.length + 1, { x: index * w, y, w, h }));
      });
      y += h;
    }
  }
  return placed;
}

function panelJson(panel: Panel, id: number, gridPos: Record<string, number>): Record<string, unknown> {
  const { title, description, type = 'timeseries', queries } = panel;
  return {
    ...{ id, type, title, description, gridPos, datasource: DATASOURCE },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      ...{ datasource: DATASOURCE, expr, legendFormat: legend, editorMode: 'code' },
      ...(type === 'stat' ? { instant: true, range: false } : { instant: false, range: true }),
    })),
    fieldConfig: { defaults: fieldDefaults(panel), overrides: [] },
    options: type === 'stat' ? STAT_OPTIONS : LINE_OPTIONS,
  };
}

const STAT_OPTIONS = {
  reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
  ...{ colorMode: 'value', graphMode: 'area', justifyMode: 'auto', textMode: 'auto', orientation: 'auto' },
  ...{ wideLayout: true, showPercentChange: false, percentChangeColorMode: 'standard' },
};
const LINE_OPTIONS = {
  legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
  tooltip: { mode: 'multi', sort: 'desc' },
};

function fieldDefaults({ unit, thresholds, stack, min, max, type }: Panel): Record<string, unknown> {
  const steps = [
    { color: 'green', value: null },
    ...(thresholds === undefined
      ? []
      : [
          { color: 'orange', value: thresholds[0] },
          { color: 'red', value: thresholds[1] },
        ]),
  ];
  const lines = { drawStyle: 'line', lineWidth: 1, fillOpacity: stack ? 30 : 10, showPoints: 'never' };
  return {
    unit,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    thresholds: { mode: 'absolute', steps },
    ...(type !== 'stat' && { custom: { ...lines, stacking: { mode: stack ? 'normal' : 'none', group: 'A' } } }),
  };
}
