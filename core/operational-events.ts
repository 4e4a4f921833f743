/** What the platform tells webhooks with `source: operations`, as messages. */
export const OPERATIONAL_EVENTS = [
  'destination.degraded',
  'destination.paused',
  'destination.misconfigured',
  'destination.throttled',
  'destination.gone',
  'destination.recovering',
  'destination.recovered',
  'destination.paused_by_user',
  'destination.resumed',
  'destination.near_log_ttl',
  'delivery.exhausted',
  'delivery.lost',
  'export.failed',
  'export.paused',
  'export.rows_unusual',
  'backfill.completed',
  'replay.completed',
] as const;
export type OperationalEventType = (typeof OPERATIONAL_EVENTS)[number];

/** Payloads by type: ids, codes and counts; never a secret, never an event's contents. */
export interface OperationalPayloads {
  'destination.degraded': HealthPayload;
  'destination.paused': HealthPayload;
  'destination.misconfigured': HealthPayload;
  'destination.throttled': HealthPayload;
  'destination.gone': HealthPayload;
  'destination.recovering': HealthPayload;
  'destination.recovered': HealthPayload;
  'destination.paused_by_user': HealthPayload;
  'destination.resumed': HealthPayload;
  'destination.near_log_ttl': {
    webhook_id: string;
    webhook_name: string;
    waiting_since: string;
    kept_until: string;
    remedy: string;
  };
  'delivery.lost': { webhook_id: string; webhook_name: string; from: string; until: string; events: number };
  'delivery.exhausted': { webhook_id: string; count: number; event_uuids: string[]; error_code: string };
  'export.failed': ExportPayload & { status: string; interval_end: string };
  'export.paused': ExportPayload & { failures: number };
  'export.rows_unusual': {
    export_id: string;
    export_name: string;
    run_id: string;
    interval_end: string;
    kind: 'drop' | 'surge';
    rows: number;
    expected: number;
    low: number;
    high: number;
  };
  'backfill.completed': { backfill_id: string; export_id: string; status: string; rows: number };
  'replay.completed': {
    replay_id: string;
    webhook_id: string;
    delivered: number;
    failed: number;
    skipped: number;
  };
}

interface HealthPayload {
  webhook_id: string;
  webhook_name: string;
  from: string;
  to: string;
  evidence: Record<string, unknown>;
  /** Null where nothing has to be done. */
  remedy: string | null;
  /** Null: Sluice itself. */
  by: { kind: string; name: string } | null;
}

interface ExportPayload {
  export_id: string;
  export_name: string;
  run_id: string;
  error_code: string;
  remedy: string | null;
}

export interface OperationalEvent<Type extends OperationalEventType = OperationalEventType> {
  teamId: number;
  type: Type;
  payload: OperationalPayloads[Type];
  /** The same event again is the same message. */
  key: string;
  /** The webhook that it is about: one for operations is never told of through another, which could go on for ever. */
  aboutWebhook?: string;
}
