import type { paths, Schemas } from '../../../api-client/index.ts';
import type { Webhook } from './queries.ts';

/** What the form of a webhook holds; texts are empty where the API has nothing. */
export interface WebhookFormValues {
  name: string;
  url: string;
  method: 'POST' | 'PUT' | 'PATCH';
  events: string[];
  excludeEvents: string[];
  headers: Record<string, string> | undefined;
  timeoutSeconds: number;
  maxConcurrency: number;
  ratePerSecond: number | undefined;
  properties: unknown;
  payload: unknown;
}

export const EMPTY_WEBHOOK: WebhookFormValues = {
  name: '',
  url: '',
  method: 'POST',
  events: [],
  excludeEvents: [],
  headers: undefined,
  timeoutSeconds: 15,
  maxConcurrency: 16,
  ratePerSecond: undefined,
  properties: undefined,
  payload: undefined,
};

export function formOf(webhook: Webhook): WebhookFormValues {
  return {
    name: webhook.name,
    url: webhook.url,
    method: webhook.method,
    events: webhook.events ?? [],
    excludeEvents: webhook.exclude_events ?? [],
    headers: undefined,
    timeoutSeconds: webhook.timeout_ms / 1_000,
    maxConcurrency: webhook.max_concurrency,
    ratePerSecond: webhook.rate_limit_per_second ?? undefined,
    properties: webhook.properties ?? undefined,
    payload: webhook.payload ?? undefined,
  };
}

type NewWebhook = paths['/api/v1/webhooks']['post']['requestBody']['content']['application/json'];
type WebhookPatch = NonNullable<paths['/api/v1/webhooks/{id}']['patch']['requestBody']>['content']['application/json'];
type Properties = NonNullable<Schemas['Webhook']['properties']>;
type Payload = NonNullable<Schemas['Webhook']['payload']>;

/** The fields that a new webhook and a changed one have in common. */
function shared(values: WebhookFormValues) {
  return {
    name: values.name.trim(),
    url: values.url.trim(),
    method: values.method,
    timeout_ms: Math.round(values.timeoutSeconds * 1_000),
    max_concurrency: values.maxConcurrency,
  };
}

/** What is empty is left out: the API's defaults apply. */
export function newWebhookBody(values: WebhookFormValues): NewWebhook {
  const { events, excludeEvents, headers, ratePerSecond, properties, payload } = values;
  return {
    ...shared(values),
    ...(events.length === 0 ? {} : { events }),
    ...(excludeEvents.length === 0 ? {} : { exclude_events: excludeEvents }),
    ...(headers === undefined ? {} : { headers }),
    ...(ratePerSecond === undefined ? {} : { rate_limit_per_second: ratePerSecond }),
    ...(properties === undefined ? {} : { properties: properties as Properties }),
    ...(payload === undefined ? {} : { payload: payload as Payload }),
  };
}

/** What is empty is removed, but for headers: they are never shown, so that empty means as they are. */
export function webhookPatch(values: WebhookFormValues): WebhookPatch {
  const { events, excludeEvents, headers, ratePerSecond, properties, payload } = values;
  return {
    ...shared(values),
    events: events.length === 0 ? null : events,
    exclude_events: excludeEvents.length === 0 ? null : excludeEvents,
    rate_limit_per_second: ratePerSecond ?? null,
    properties: (properties ?? null) as Properties | null,
    payload: (payload ?? null) as Payload | null,
    ...(headers === undefined ? {} : { headers }),
  };
}

/** Messages by field of the form. */
export function formErrors({ name, url }: WebhookFormValues): Partial<Record<keyof WebhookFormValues, string>> {
  return {
    ...(name.trim() === '' ? { name: 'Give it a name.' } : {}),
    ...(isWebAddress(url.trim()) ? {} : { url: 'It must begin with https:// or http:// and name a host.' }),
  };
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

const FIELD_OF_API: Readonly<Record<string, keyof WebhookFormValues>> = {
  exclude_events: 'excludeEvents',
  timeout_ms: 'timeoutSeconds',
  max_concurrency: 'maxConcurrency',
  rate_limit_per_second: 'ratePerSecond',
};

/** What the API says of a field, at the field of the form. */
export function errorsOfApi(fields: readonly { field: string; message: string }[]): Record<string, string> {
  return Object.fromEntries(
    fields.map(({ field, message }) => {
      const name = field.split('.')[0] ?? field;
      return [FIELD_OF_API[name] ?? name, message];
    }),
  );
}
