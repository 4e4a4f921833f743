import { ScheduleNotFoundError, type ScheduleOptions } from '@temporalio/client';
import type { TemporalClient } from './temporal.ts';

/** A Schedule as we make them: its id is also its action's workflow id, and its overlap policy is a decision. */
export type OwnSchedule = ScheduleOptions & {
  policies: NonNullable<ScheduleOptions['policies']> &
    Required<Pick<NonNullable<ScheduleOptions['policies']>, 'overlap'>>;
};

/**
 * Creates a Schedule or brings an existing one in line. Idempotent. Without `state` one that an operator has paused in
 * the Temporal UI stays paused.
 */
export async function upsertSchedule({ client }: TemporalClient, options: OwnSchedule): Promise<void> {
  try {
    await client.schedule.getHandle(options.scheduleId).update((previous) => ({
      spec: options.spec,
      action: { ...options.action, workflowId: options.scheduleId, args: options.action.args ?? [] },
      policies: options.policies,
      state: options.state ?? previous.state,
    }));
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) {
      throw error;
    }
    await client.schedule.create(options);
  }
}
