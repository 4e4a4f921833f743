import type { Alert } from './alert.ts';
import { capture } from './alerts/capture.ts';
import { deliveries } from './alerts/deliveries.ts';
import { exports } from './alerts/exports.ts';
import { processes } from './alerts/processes.ts';
import { burns } from './alerts/burns.ts';

/** Groups of the rule file, in its order. */
export const ALERTS: Readonly<Record<string, readonly Alert[]>> = {
  'sluice-objectives': burns,
  'sluice-deliveries': deliveries,
  'sluice-exports': exports,
  'sluice-capture': capture,
  'sluice-processes': processes,
};

/** Several rules may share a name and differ in severity; they share the runbook too. */
export const ALERT_NAMES: readonly string[] = [
  ...new Set(
    Object.values(ALERTS)
      .flat()
      .map(({ name }) => name),
  ),
];
