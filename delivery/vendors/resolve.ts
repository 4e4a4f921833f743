import { z } from 'zod';
import { parseUrl } from '../../core/parse-url.ts';
import type { AnswerRule } from '../answer-rules.ts';
import type { TemplateSettings } from '../template/template.ts';
import type { Vendor } from './contract.ts';

/** What a webhook of a known kind adds to its settings when it is run. */
export interface ResolvedVendor {
  url: string;
  headers: Record<string, string>;
  /** Absent: the default body. */
  payload?: TemplateSettings;
  answers: readonly AnswerRule[];
  /** Texts that nobody may see. */
  hidden: string[];
  rateLimitPerSecond: number | undefined;
}

/** Inputs as JSON Schema; secrets are `writeOnly`, templates have `template: true`. */
export function inputsSchema(vendor: Vendor): Record<string, unknown> & { properties: Record<string, object> } {
  const schema = z.toJSONSchema(vendor.inputs, { io: 'input', unrepresentable: 'any' });
  return { ...schema, properties: (schema.properties ?? {}) as Record<string, object> };
}

/** Names of the inputs that are secrets. */
export function secretInputs(vendor: Vendor): string[] {
  return Object.entries(inputsSchema(vendor).properties)
    .filter(([, field]) => 'writeOnly' in field && field.writeOnly === true)
    .map(([name]) => name);
}

/** Undefined for a kind whose request is made from the webhook's own settings. `inputs` have passed its schema. */
export function resolveVendor(vendor: Vendor, inputs: Record<string, unknown>): ResolvedVendor | undefined {
  const request = vendor.request?.(inputs);
  return (
    request && {
      url: request.url,
      headers: request.headers ?? {},
      ...(request.body !== undefined && {
        payload: {
          contentType: 'application/json',
          template: request.body,
          ...(request.escape && { escape: request.escape }),
        },
      }),
      answers: vendor.answers,
      hidden: hiddenTexts(vendor, inputs),
      rateLimitPerSecond: vendor.rateLimitPerSecond,
    }
  );
}

/** Of a URL, its path and query: the host tells nothing. */
function hiddenTexts(vendor: Vendor, inputs: Record<string, unknown>): string[] {
  return secretsOf(vendor)
    .map((name) => inputs[name])
    .filter((value) => typeof value === 'string')
    .map((value) => value.slice(pathStart(value)))
    .filter((value) => value !== '');
}

/** Where a URL's path begins, behind its slash; 0 in any other text. */
function pathStart(text: string): number {
  const url = parseUrl(text);
  return url === undefined ? 0 : url.origin.length + 1;
}

const names = new WeakMap<Vendor, string[]>();

function secretsOf(vendor: Vendor): string[] {
  const known = names.get(vendor) ?? secretInputs(vendor);
  names.set(vendor, known);
  return known;
}
