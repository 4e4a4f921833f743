import type { FinishRunInput, LoadResult, PlanResult, ReplayState } from '../activities/types.ts';
import type { ErasedRows } from '../core/erasure.ts';
import { describeInterval, type IntervalBounds } from '../core/intervals.ts';
import type { TrafficReport } from '../core/traffic.ts';
import type {
  BatchExportInput,
  HealthTransition,
  ReconcileExportInput,
  ReconcileProgress,
  ReplayInput,
  WebhookState,
} from './messages.ts';

/**
 * Markdown cards that the Temporal UI shows on a workflow's page. Text from outside (error messages, names) goes into
 * code spans, so that nobody can write headings or links into an operator's screen.
 */
export interface ExportCard {
  starting(): string;
  planning(): string;
  loading(plan: PlanResult): string;
  committing(loaded: LoadResult): string;
  skipped(reason: string): string;
  finished(finish: FinishRunInput): string;
}

export function exportCard(input: BatchExportInput, bounds: IntervalBounds): ExportCard {
  const head = [
    `**Export** ${code(input.name)} to ${code(input.destinationKind)}`,
    `**Interval** ${describeInterval(bounds)}`,
  ];
  const card = (...lines: string[]): string => [...head, ...lines].join('\n\n');
  return {
    starting: () => card('Starting'),
    planning: () => card('Waiting for late rows, then planning'),
    loading: (plan) => card(`Loading ${String(plan.rows)} rows in ${String(plan.chunks)} chunks`),
    committing: (loaded) => card(`Loaded ${String(loaded.rows)} rows, ${String(loaded.bytes)} bytes; committing`),
    skipped: (reason) => card(`Skipped: ${reason}`),
    finished: (finish) => card(...finishedLines(finish)),
  };
}

function finishedLines(finish: FinishRunInput): string[] {
  const counts = `${String(finish.rows)} rows, ${String(finish.files)} files, ${String(finish.bytes)} bytes`;
  const lines = [`**${finish.status}** · ${counts}`];
  if (finish.errorCode !== undefined) {
    lines.push(`${code(finish.errorCode)}: ${code(finish.errorMessage ?? '')}`);
  }
  if (finish.remedy !== undefined) {
    lines.push(`**What to do** ${code(finish.remedy)}`);
  }
  return lines;
}

export function reconcileCard(input: ReconcileExportInput, progress: ReconcileProgress, outcome: string): string {
  const { compared, skipped, differing, repaired, failed } = progress;
  return [
    `**Reconcile** ${code(input.name)} to ${code(input.destinationKind)}${input.dryRun ? ', only looking' : ''}`,
    `**Range** ${code(input.from)} .. ${code(input.to)}`,
    `**${outcome}** · ${String(compared)} intervals compared, ${String(skipped)} skipped, ${String(differing)} differ, ` +
      `${String(repaired)} repaired, ${String(failed)} could not be repaired`,
  ].join('\n\n');
}

export function webhookCard(name: string, state: WebhookState): string {
  const { matched, delivered, failedAttempts, retried, parked } = state.totals;
  return [
    `**Webhook** ${code(name)} is **${state.health}**`,
    `matched ${String(matched)} · delivered ${String(delivered)} · failed attempts ${String(failedAttempts)} · ` +
      `handed to retries ${String(retried)} · parked ${String(parked)}${rareCounts(state.totals)}`,
    ...state.transitions.slice(-5).map(transitionLine),
  ].join('\n\n');
}

/** What few webhooks have, or reports of older releases did not tell. */
function rareCounts({ discarded, expired, masked }: TrafficReport): string {
  const counts = { 'given up': discarded, expired, masked };
  return Object.entries(counts)
    .map(([name, count]) => (count === undefined ? '' : ` · ${name} ${String(count)}`))
    .join('');
}

export function replayCard({ name, scope }: ReplayInput, state: ReplayState): string {
  const { status, percent, planned, delivered, failed, skipped, etaSeconds, waitsFor } = state;
  const left = etaSeconds === null || status !== 'running' ? '' : ` · about ${String(etaSeconds)} s left`;
  return [
    `**Replay** to ${code(name)} (${scope}) is **${status}**: ${String(percent)} % of about ${String(planned)} events${left}`,
    `delivered ${String(delivered)} · failed ${String(failed)} · skipped ${String(skipped)}`,
    ...(waitsFor === undefined ? [] : [`Waiting: the endpoint is ${waitsFor}`]),
  ].join('\n\n');
}

/** Rows by place; who it is stays out of it. */
export function erasureCard(state: string, erased: ErasedRows): string {
  const counts = Object.entries(erased).map(([place, rows]) => `${place} ${String(rows)}`);
  return [
    `**Erasure** of one person: **${state}**`,
    ...(counts.length > 0 ? [`erased ${counts.join(' · ')}`] : []),
  ].join('\n\n');
}

function transitionLine(transition: HealthTransition): string {
  return `${transition.at} → ${transition.to} ${code(JSON.stringify(transition.evidence))}`;
}

/** A code span whose fence is longer than any run of backticks inside. */
export function code(text: string): string {
  const longestRun = Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longestRun + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text.slice(0, 1_000)}${pad}${fence}`;
}
