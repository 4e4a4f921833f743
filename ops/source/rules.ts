import type { Alert } from './alert.ts';
import { ALERTS } from './alerts.ts';
import { panelPath } from './links.ts';
import { OBJECTIVES, RATIO_WINDOWS, ratioRule } from './objectives.ts';

/** A rule file of Prometheus, as data. */
export interface RuleFile {
  groups: { name: string; interval?: string; rules: Rule[] }[];
}

type Rule = { record: string; expr: string } | AlertRule;

interface AlertRule {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  /** `dashboard`: its path behind Grafana's address. */
  annotations: { summary: string; impact: string; runbook: string; dashboard: string };
}

export function recordingRules(): RuleFile {
  const rules = OBJECTIVES.flatMap((objective) =>
    RATIO_WINDOWS.map((window) => ({ record: ratioRule(objective, window), expr: objective.errorRatio(window) })),
  );
  return { groups: [{ name: 'sluice-ratios', interval: '1m', rules }] };
}

export function alertRules(): RuleFile {
  return {
    groups: Object.entries(ALERTS).map(([name, alerts]) => ({ name, rules: alerts.map(ruleOf) })),
  };
}

export function ruleOf({ name, severity, expr, for: lasting, summary, impact }: Alert): AlertRule {
  return {
    alert: name,
    expr,
    for: lasting,
    labels: { severity },
    annotations: { summary, impact, runbook: `ops/runbooks/${name}.md`, dashboard: panelPath(name) },
  };
}
