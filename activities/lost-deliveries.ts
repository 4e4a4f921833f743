import type { DestinationStatus } from '../store/tables.ts';
import type { ActivityDeps } from './deps.ts';

/** Counts events that nobody can deliver any more. What a user's own pause has cost is told, and breaks no promise. */
export function countLost({ metrics }: Pick<ActivityDeps, 'metrics'>, status: DestinationStatus, events: number): void {
  metrics.deliveriesLost(events, status === 'paused' ? 'lost_paused' : 'lost');
}
