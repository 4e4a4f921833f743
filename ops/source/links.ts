import { ALERTS } from './alerts.ts';
import { DASHBOARDS } from './dashboards.ts';
import { panelsOf, uidOf, type Dashboard, type PlacedPanel } from './panels.ts';
import { metricsIn } from './promql.ts';

/**
 * Where to look when an alert fires. Paths follow from what is known anyway: the panels that show what its rule asks for, and
 * the commands of its runbook that have a page in Temporal's UI.
 */
interface Shown {
  dashboard: Dashboard;
  panel: PlacedPanel;
}

/** A place of `ops/runbooks`, and where it is. Base URLs are variables, as in its commands. */
interface Link {
  url: string;
  text: string;
}

/** More than these nobody opens. */
const MAX_PANELS = 3;
const TEMPORAL = '$TEMPORAL_UI_URL/namespaces/$TEMPORAL_NAMESPACE';
const BEGIN = '<!-- Links, by `npm run ops` -->';
const END = '<!-- End of links -->';
const NEXT_SECTION = '## Causes';

/** The runbook of that alert with its links made anew, at the end of what to look at first. */
export function withLinks(alertName: string, runbook: string): string {
  const bare = runbook.replace(new RegExp(`${BEGIN}[^]*${END}\\n*`), '');
  const [head = '', tail = ''] = bare.split(`${NEXT_SECTION}\n`);
  const links = [...grafanaLinks(alertName), ...temporalLinks(head)];
  const lines = links.map(({ url, text }) => `- \`${url}\`: ${text}`);
  return `${head.trimEnd()}\n\n${BEGIN}\n\n${lines.join('\n')}\n\n${END}\n\n${NEXT_SECTION}\n${tail}`;
}

/** Path of the panel that shows best what the alert speaks of, for its annotations. */
export function panelPath(alertName: string): string {
  const [first] = panelsFor(alertName);
  if (first === undefined) {
    throw new TypeError(`no panel shows what ${alertName} asks for`);
  }
  return pathOf(first);
}

function grafanaLinks(alertName: string): Link[] {
  return panelsFor(alertName).map((shown) => ({
    url: `$GRAFANA_URL${pathOf(shown)}`,
    text: `${shown.dashboard.title}, ${shown.panel.title}`,
  }));
}

/** Grafana takes the bare id in all versions; newer ones write `panel-<id>` themselves. */
function pathOf({ dashboard, panel }: Shown): string {
  return `/d/${uidOf(dashboard)}?viewPanel=${String(panel.id)}`;
}

/** Those of special dashboards first: the overview shows most things, coarsely. */
function panelsFor(alertName: string): Shown[] {
  const rules = Object.values(ALERTS).flat();
  const asked = new Set(rules.filter(({ name }) => name === alertName).flatMap(({ expr }) => subjectsOf(expr)));
  const shows = ({ panel }: Shown): boolean =>
    panel.queries.some(({ expr }) => subjectsOf(expr).some((subject) => asked.has(subject)));
  const all = DASHBOARDS.flatMap((dashboard) => panelsOf(dashboard).map((panel) => ({ dashboard, panel })));
  const found = all.filter(shows);
  const isCoarse = ({ dashboard }: Shown): boolean => dashboard.slug === 'overview';
  return [...found.filter((shown) => !isCoarse(shown)), ...found.filter(isCoarse)].slice(0, MAX_PANELS);
}

/** Metrics of a query, and objectives whose recorded ratios it reads. */
function subjectsOf(expr: string): string[] {
  return [...metricsIn(expr), ...(expr.match(/slo:\w+(?=:)/g) ?? [])];
}

function temporalLinks(text: string): Link[] {
  const found = TEMPORAL_PAGES.flatMap(({ command, page }) => [...text.matchAll(command)].map((match) => page(match)));
  return found.map(({ url, text }) => ({ url: `${TEMPORAL}${url}`, text }));
}

interface TemporalPage {
  command: RegExp;
  page(match: RegExpMatchArray): Link;
}

/** Commands of Temporal's CLI and the page of its UI that shows the same. */
const TEMPORAL_PAGES: readonly TemporalPage[] = [
  {
    command: /^temporal workflow list .*--query '([^']+)'/gm,
    page: ([, query = '']) => ({ url: `/workflows?query=${encodeURIComponent(query)}`, text: `\`${query}\`` }),
  },
  {
    command: /^temporal schedule describe --schedule-id (\S+)/gm,
    page: ([, id = '']) => ({ url: `/schedules/${encodeURIComponent(id)}`, text: `the Schedule ${id}` }),
  },
  {
    command: /^temporal schedule list/gm,
    page: () => ({ url: '/schedules', text: 'all Schedules' }),
  },
  {
    command: /^temporal task-queue describe --task-queue (\S+)/gm,
    page: ([, queue = '']) => ({ url: `/task-queues/${queue}`, text: `who polls ${queue}` }),
  },
];
