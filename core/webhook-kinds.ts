import type { OutcomeClass } from './attempts.ts';

/** A kind of webhook as the API shows it: what to enter, and what answers of its receiver mean. */
export interface WebhookKind {
  kind: string;
  title: string;
  /** What arrives where. */
  summary: string;
  /** The vendor's own pages. */
  docs: readonly string[];
  /** JSON Schema; secrets are `writeOnly`, texts with Liquid have `template: true`. */
  inputsSchema: Record<string, unknown>;
  /** Whether the request follows from the inputs; otherwise from the webhook's url, method, headers and payload. */
  ownsRequest: boolean;
  rateLimitPerSecond: number | null;
  suggestedFilter: { events?: readonly string[]; exclude_events?: readonly string[] };
  testEvent: { event: string; properties: Record<string, unknown> };
  answers: readonly WebhookAnswer[];
}

/** A row of a kind's table of answers. */
export interface WebhookAnswer {
  /** For people. */
  when: string;
  class: OutcomeClass;
  /** Who has to act, or `nobody`. */
  fault: 'customer' | 'destination' | 'nobody';
  name: string;
  message: string;
  remedy: string;
}

/** Inputs that are right, as they are stored. */
export interface CheckedInputs {
  /** Without secrets; each secret that is set reads `{ configured: true }`. */
  inputs: Record<string, unknown>;
  /** To be sealed. */
  inputSecrets: Record<string, unknown>;
  /** Without what is secret in it. */
  url: string;
}

/** A field of the inputs (`webhook_url`) and what is wrong with it. */
export interface InputProblem {
  field: string;
  message: string;
}
