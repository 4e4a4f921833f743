import { SluiceError } from '../core/errors.ts';
import type { CheckedInputs, InputProblem, WebhookAnswer, WebhookKind } from '../core/webhook-kinds.ts';
import type { AnswerRule } from '../delivery/answer-rules.ts';
import { hide } from '../delivery/hidden.ts';
import { compileTemplate } from '../delivery/template/template.ts';
import type { Vendor } from '../delivery/vendors/contract.ts';
import { VENDORS } from '../delivery/vendors/registry.ts';
import { inputsSchema, resolveVendor, secretInputs } from '../delivery/vendors/resolve.ts';

/** The catalogue. */
export function webhookKinds(): WebhookKind[] {
  return [...VENDORS.values()].map((vendor) => ({
    ...{ kind: vendor.kind, title: vendor.title, summary: vendor.summary, docs: vendor.docs },
    inputsSchema: inputsSchema(vendor),
    ownsRequest: vendor.request !== undefined,
    rateLimitPerSecond: vendor.rateLimitPerSecond ?? null,
    suggestedFilter: vendor.suggestedFilter ?? {},
    testEvent: vendor.testEvent,
    answers: vendor.answers.map(answerOf),
  }));
}

const FAULTS: Readonly<Record<WebhookAnswer['class'], WebhookAnswer['fault']>> = {
  delivered: 'nobody',
  throttled: 'nobody',
  retry: 'destination',
  gone: 'customer',
  misconfigured: 'customer',
  rejected: 'customer',
};

function answerOf({ when, class: answerClass, name, message, remedy }: AnswerRule): WebhookAnswer {
  return { when, class: answerClass, fault: FAULTS[answerClass], name, message, remedy };
}

/** Throws `webhook_kind_unknown`, and what the rules for URLs and templates throw. */
export function checkInputs(
  kind: string,
  given: Record<string, unknown>,
  validateUrl: (url: string) => void,
): CheckedInputs | { problems: InputProblem[] } {
  const vendor = findVendor(kind);
  const parsed = vendor.inputs.safeParse(given);
  if (!parsed.success) {
    return { problems: parsed.error.issues.flatMap(problemsOf) };
  }
  const resolved = resolveVendor(vendor, parsed.data);
  validateUrl(resolved?.url ?? '');
  if (resolved?.payload) {
    compileTemplate(resolved.payload);
  }
  const secrets = new Set(secretInputs(vendor));
  const set = Object.entries(parsed.data).filter(([, value]) => value !== undefined);
  return {
    inputs: Object.fromEntries(set.map(([name, value]) => [name, secrets.has(name) ? { configured: true } : value])),
    inputSecrets: Object.fromEntries(set.filter(([name]) => secrets.has(name))),
    url: hide(resolved?.url ?? '', resolved?.hidden),
  };
}

function problemsOf(issue: { path: PropertyKey[]; message: string; code?: string; keys?: string[] }): InputProblem[] {
  return issue.code === 'unrecognized_keys'
    ? (issue.keys ?? []).map((field) => ({ field, message: 'this kind has no such input' }))
    : [{ field: issue.path.map(String).join('.'), message: issue.message }];
}

function findVendor(kind: string): Vendor {
  const vendor = VENDORS.get(kind);
  if (vendor === undefined) {
    throw new SluiceError({
      code: 'webhook_kind_unknown',
      message: `there is no kind of webhook ${JSON.stringify(kind)}; known are ${[...VENDORS.keys()].join(', ')}`,
      retryable: false,
      fault: 'customer',
      remedy: 'Use one of the known kinds.',
    });
  }
  return vendor;
}
