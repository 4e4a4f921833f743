/** They appear with the first failure. */
export const ONLY_AFTER_FAILURES = [
  'temporal_request_failure_total',
  'temporal_activity_execution_failed_total',
  'temporal_workflow_task_execution_failed_total',
];
/** They have values once something was refused, late, or looked at by maintenance, which begins within minutes. */
const ONLY_SOMETIMES = [
  ...ONLY_AFTER_FAILURES,
  'sluice_capture_rejected_total',
  'sluice_delivery_masked_total',
  'sluice_delivery_audit_lag_seconds',
  'sluice_events_gap_age_seconds',
  'sluice_events_comparison_lag_seconds',
  'sluice_export_gap_age_seconds',
  'sluice_export_lag_seconds',
  'sluice_export_intervals_total',
  'slo:sluice_exports_on_time',
  'status=~"failed_retryable',
];
export const onlySometimes = (expr: string): boolean => ONLY_SOMETIMES.some((part) => expr.includes(part));
