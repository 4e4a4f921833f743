import type { z } from 'zod';
import type { AnswerRule } from '../answer-rules.ts';
import type { TemplateSettings } from '../template/template.ts';

/** What a kind makes of its inputs: the whole request, but for the event. */
export interface VendorRequest {
  url: string;
  /** With credentials; lower-case names. */
  headers?: Record<string, string>;
  /** JSON; absent: the body that Standard Webhooks recommends. */
  body?: unknown;
  escape?: NonNullable<TemplateSettings['escape']>;
}

/**
 * A kind of receiver whose interface is known: from a few inputs it makes the request, and it knows what answers mean.
 * One description for the API, forms and docs.
 */
export interface Vendor<Inputs extends z.ZodObject = z.ZodObject> {
  kind: string;
  title: string;
  /** What arrives where. */
  summary: string;
  /** The vendor's own pages that the shapes and answers are from. */
  docs: readonly string[];
  /** Names as in the API; each described. Those with `writeOnly` metadata are secrets. */
  inputs: Inputs;
  /** Absent: the webhook's own settings make the request. */
  request?(inputs: z.output<Inputs>): VendorRequest;
  /** Unless the webhook sets a limit of its own. */
  rateLimitPerSecond?: number;
  /** Most teams want no more than these. */
  suggestedFilter?: { events?: readonly string[]; exclude_events?: readonly string[] };
  testEvent: { event: string; properties: Record<string, unknown> };
  answers: readonly AnswerRule[];
}

/** Gives `request` the type of the inputs. */
export function defineVendor<Inputs extends z.ZodObject>(vendor: Vendor<Inputs>): Vendor<Inputs> {
  return vendor;
}
