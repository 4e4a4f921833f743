/** One alert rule with a scenario in which it has to fire. Its runbook is `ops/runbooks/<name>.md`. */
export interface Alert {
  name: string;
  /** `page`: somebody is called now. `ticket`: somebody looks within a day. */
  severity: 'page' | 'ticket';
  expr: string;
  for: string;
  /** One line, with Prometheus' templates. */
  summary: string;
  /** What users notice. */
  impact: string;
  test: AlertTest;
}

export interface AlertTest {
  /** Series of promtool's notation, one value a minute: the alert fires on them. */
  fires: Readonly<Record<string, string>>;
  /** Other ways in which it has to fire. */
  firesToo?: readonly Readonly<Record<string, string>>[];
  /** On these it must stay quiet. */
  quiet: Readonly<Record<string, string>>;
  /** When both are looked at. Default: an hour. */
  at?: string;
}
