import { budget, OBJECTIVES, ratioRule, type Objective } from '../objectives.ts';
import type { Dashboard, Panel } from '../panels.ts';

/** Long enough for a trend, and recorded: 30 days would need a rule of their own. */
const BUDGET_WINDOW = '3d';

export const slo: Dashboard = {
  slug: 'slo',
  title: 'Objectives',
  description:
    'How much of each objective’s error budget is used, and how fast. docs/observability.md says what is counted.',
  rows: OBJECTIVES.map((objective) => ({
    title: `${objective.title}: ${String(100 * objective.target)} %`,
    panels: [goodShare(objective), burnRate(objective, 'stat'), burnRate(objective, 'timeseries')],
  })),
};

function goodShare(objective: Objective): Panel {
  return {
    title: 'Good over three days',
    description: `Share of the events or intervals that were not bad: ${objective.what}.`,
    ...{ unit: 'percentunit', type: 'stat' },
    queries: [{ expr: `1 - ${ratioRule(objective, BUDGET_WINDOW)}`, legend: 'good' }],
  };
}

function burnRate(objective: Objective, type: 'stat' | 'timeseries'): Panel {
  const windows = type === 'stat' ? ['1h'] : ['5m', '1h', '6h', '3d'];
  return {
    title: type === 'stat' ? 'Burn rate of the last hour' : 'Burn rates',
    description: '1: the budget lasts exactly 30 days. From 14.4 over an hour somebody is called.',
    ...{ unit: 'short', type, thresholds: [1, 14.4], min: 0 },
    queries: windows.map((window) => ({
      expr: `${ratioRule(objective, window)} / ${String(budget(objective))}`,
      legend: window,
    })),
  };
}
