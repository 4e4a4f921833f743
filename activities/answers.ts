import type { DryRunReport } from '../core/preview.ts';
import type { DeliveryExplanation } from '../core/explanation.ts';
import type { ActivityDeps } from './deps.ts';
import { dryRun, type DryRunRequest } from './dry-run.ts';
import { explainDelivery, type ExplainRequest } from './explain-delivery.ts';

export interface Answers {
  dryRun(request: DryRunRequest): Promise<DryRunReport>;
  explainDelivery(request: ExplainRequest): Promise<DeliveryExplanation>;
}

/** What the API asks of the engine. No activities: answers hold rows and events, which must not be in a history. */
export function answers(deps: Pick<ActivityDeps, 'db' | 'box' | 'clickhouse' | 'findDestination'>): Answers {
  return {
    dryRun: (request) => dryRun(deps, request),
    explainDelivery: (request) => explainDelivery(deps, request),
  };
}
