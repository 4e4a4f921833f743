import { capture } from './dashboards/capture.ts';
import { exports } from './dashboards/exports.ts';
import { overview } from './dashboards/overview.ts';
import { slo } from './dashboards/slo.ts';
import { webhooks } from './dashboards/webhooks.ts';
import { workers } from './dashboards/workers.ts';
import type { Dashboard } from './panels.ts';

export const DASHBOARDS: readonly Dashboard[] = [overview, exports, webhooks, capture, workers, slo];
