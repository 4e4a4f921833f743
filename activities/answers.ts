import type { AttemptJudgement, JudgedAttempt } from '../core/attempts.ts';
import type { DryRunReport } from '../core/preview.ts';
import type {
  DeliveryExplanation,
  ExplainRequest,
  WebhookPreview,
  WebhookPreviewRequest,
  WebhookTest,
  WebhookTestRequest,
} from '../core/explanation.ts';
import type { HookGreeting, HookGreetingRequest, HookSampleRequest } from '../core/rest-hooks.ts';
import { judgementOf } from '../delivery/judged.ts';
import type { ActivityDeps } from './deps.ts';
import { greetHook, sampleHook } from './hooks.ts';
import { dryRun, type DryRunRequest } from './dry-run.ts';
import type { Simulation, SimulationRequest } from '../core/simulation.ts';
import { explainDelivery } from './explain-delivery.ts';
import { previewWebhook } from './preview-webhook.ts';
import { simulateWebhook } from './simulate-webhook.ts';
import { testWebhook } from './test-webhook.ts';

export interface Answers {
  greetHook(request: HookGreetingRequest): Promise<HookGreeting>;
  sampleHook(request: HookSampleRequest): Promise<unknown[]>;
  dryRun(request: DryRunRequest): Promise<DryRunReport>;
  explainDelivery(request: ExplainRequest): Promise<DeliveryExplanation>;
  judgeAttempt(attempt: JudgedAttempt): AttemptJudgement;
  testWebhook(request: WebhookTestRequest): Promise<WebhookTest | undefined>;
  simulateWebhook(request: SimulationRequest): Promise<Simulation | undefined>;
  previewWebhook(request: WebhookPreviewRequest): Promise<WebhookPreview>;
}

/** What the API asks of the engine. No activities: answers hold rows and events, which must not be in a history. */
export function answers(deps: Pick<ActivityDeps, 'db' | 'box' | 'clickhouse' | 'findDestination' | 'send'>): Answers {
  return {
    greetHook: (request) => greetHook(deps, request),
    sampleHook: (request) => sampleHook(deps, request),
    dryRun: (request) => dryRun(deps, request),
    explainDelivery: (request) => explainDelivery(deps, request),
    judgeAttempt: judgementOf,
    testWebhook: (request) => testWebhook(deps, request),
    simulateWebhook: (request) => simulateWebhook(deps, request),
    previewWebhook: (request) => previewWebhook(deps, request),
  };
}
