import type { paths, Schemas } from '../../../api-client/index.ts';
import { gapsIn, readFilters } from '../../filters/conditions.ts';
import { BrokenJson, hasBrokenJson, NO_JSON_YET } from '../../form/broken-json.ts';
import { filledValues, initialValues, isEmpty, type Values } from '../../form/schema.ts';
import { maskFormOf, maskOf, type MaskForm } from './mask-form.ts';
import type { WebhookKind } from './kinds.ts';
import type { Webhook } from './queries.ts';
import { delaysOf, delaysText } from './retry-delays.ts';

/** What the form of a webhook holds; texts are empty where the API has nothing. */
export interface WebhookFormValues {
  name: string;
  /** Of a kind that makes the request from them. */
  inputs: Values | undefined;
  url: string;
  method: 'POST' | 'PUT' | 'PATCH';
  events: string[];
  excludeEvents: string[];
  headers: Record<string, string> | undefined;
  timeoutSeconds: number;
  maxConcurrency: number;
  ratePerSecond: number | undefined;
  ttlSeconds: number | undefined;
  connectSeconds: number | undefined;
  headersSeconds: number | undefined;
  maxOpenRetries: number | undefined;
  maxRetryAfterSeconds: number | undefined;
  /** As `delaysOf` reads them; empty: the default ones. */
  retryDelays: string;
  properties: unknown;
  mask: MaskForm | undefined;
  payload: unknown;
}

export const EMPTY_WEBHOOK: WebhookFormValues = {
  name: '',
  inputs: undefined,
  url: '',
  method: 'POST',
  events: [],
  excludeEvents: [],
  headers: undefined,
  timeoutSeconds: 15,
  maxConcurrency: 16,
  ratePerSecond: undefined,
  ttlSeconds: undefined,
  connectSeconds: undefined,
  headersSeconds: undefined,
  maxOpenRetries: undefined,
  maxRetryAfterSeconds: undefined,
  retryDelays: '',
  properties: undefined,
  mask: undefined,
  payload: undefined,
};

/** A new webhook of the kind, with what its vendor suggests. */
export function formOfKind(kind: WebhookKind): WebhookFormValues {
  const { events, exclude_events: excludeEvents } = kind.suggested_filter;
  return {
    ...EMPTY_WEBHOOK,
    ...(kind.owns_request ? { inputs: initialValues(kind.inputs_schema) } : {}),
    events: events ?? [],
    excludeEvents: excludeEvents ?? [],
  };
}

export function formOf(webhook: Webhook): WebhookFormValues {
  return {
    name: webhook.name,
    inputs: webhook.inputs === null ? undefined : shownInputs(webhook.inputs),
    url: webhook.url,
    method: webhook.method,
    events: webhook.events ?? [],
    excludeEvents: webhook.exclude_events ?? [],
    headers: undefined,
    timeoutSeconds: webhook.timeout_ms / 1_000,
    maxConcurrency: webhook.max_concurrency,
    ratePerSecond: webhook.rate_limit_per_second ?? undefined,
    ttlSeconds: webhook.ttl_seconds ?? undefined,
    ...limitsOf(webhook),
    properties: webhook.properties ?? undefined,
    mask: webhook.mask === null ? undefined : maskFormOf(webhook.mask),
    payload: webhook.payload ?? undefined,
  };
}

type Limits = Pick<
  WebhookFormValues,
  'connectSeconds' | 'headersSeconds' | 'maxOpenRetries' | 'maxRetryAfterSeconds' | 'retryDelays'
>;

function limitsOf(webhook: Webhook): Limits {
  const seconds = (ms: number | null): number | undefined => (ms === null ? undefined : ms / 1_000);
  return {
    connectSeconds: seconds(webhook.connect_timeout_ms),
    headersSeconds: seconds(webhook.headers_timeout_ms),
    maxOpenRetries: webhook.max_open_retries ?? undefined,
    maxRetryAfterSeconds: webhook.max_retry_after_seconds ?? undefined,
    retryDelays: webhook.retry_schedule_ms === null ? '' : delaysText(webhook.retry_schedule_ms),
  };
}

/** As the API names them; undefined where the form has nothing. */
function limits({ connectSeconds, headersSeconds, ...values }: Limits) {
  const ms = (seconds: number | undefined): number | undefined =>
    seconds === undefined ? undefined : Math.round(seconds * 1_000);
  return {
    connect_timeout_ms: ms(connectSeconds),
    headers_timeout_ms: ms(headersSeconds),
    max_open_retries: values.maxOpenRetries,
    max_retry_after_seconds: values.maxRetryAfterSeconds,
    retry_schedule_ms: values.retryDelays.trim() === '' ? undefined : delaysOf(values.retryDelays),
  };
}

type NewWebhook = paths['/api/v1/webhooks']['post']['requestBody']['content']['application/json'];
type WebhookPatch = NonNullable<paths['/api/v1/webhooks/{id}']['patch']['requestBody']>['content']['application/json'];
type Properties = NonNullable<Schemas['Webhook']['properties']>;
type Payload = NonNullable<Schemas['Webhook']['payload']>;

/** Secrets are stored: their fields begin empty. */
function shownInputs(inputs: Values): Values {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => !isStored(value)));
}

function isStored(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'configured' in value && value.configured === true;
}

/** Inputs that have a secret already. */
export function storedInputs({ inputs }: Webhook): ReadonlySet<string> {
  return new Set(
    Object.entries(inputs ?? {})
      .filter(([, value]) => isStored(value))
      .map(([name]) => name),
  );
}

/** The fields that a new webhook and a changed one have in common. */
function shared(values: WebhookFormValues) {
  return {
    name: values.name.trim(),
    ...(values.inputs === undefined ? { url: values.url.trim(), method: values.method } : {}),
    timeout_ms: Math.round(values.timeoutSeconds * 1_000),
    max_concurrency: values.maxConcurrency,
  };
}

type Given<Fields> = { [Name in keyof Fields]?: NonNullable<Fields[Name]> };
type OrNull<Fields> = { [Name in keyof Fields]: NonNullable<Fields[Name]> | null };

function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>;
}

function orNull<Fields extends object>(fields: Fields): OrNull<Fields> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? null])) as OrNull<Fields>;
}

/** What is empty is left out: the API's defaults apply. */
export function newWebhookBody(values: WebhookFormValues, kind: string): NewWebhook {
  const { events, excludeEvents, headers, ratePerSecond, properties, mask, payload, inputs } = values;
  return {
    ...shared(values),
    ...(inputs === undefined ? {} : { kind, inputs: filledValues(inputs) }),
    ...(events.length === 0 ? {} : { events }),
    ...(excludeEvents.length === 0 ? {} : { exclude_events: excludeEvents }),
    ...(headers === undefined ? {} : { headers }),
    ...(ratePerSecond === undefined ? {} : { rate_limit_per_second: ratePerSecond }),
    ...(values.ttlSeconds === undefined ? {} : { ttl_seconds: values.ttlSeconds }),
    ...given(limits(values)),
    ...(properties === undefined ? {} : { properties: properties as Properties }),
    ...(mask === undefined ? {} : { mask: maskOf(mask) }),
    ...(payload === undefined ? {} : { payload: payload as Payload }),
  };
}

/** What is empty is removed, but for headers: they are never shown, so that empty means as they are. */
export function webhookPatch(values: WebhookFormValues, stored: ReadonlySet<string> = new Set()): WebhookPatch {
  const { events, excludeEvents, headers, ratePerSecond, properties, mask, payload, inputs } = values;
  return {
    ...shared(values),
    events: events.length === 0 ? null : events,
    exclude_events: excludeEvents.length === 0 ? null : excludeEvents,
    rate_limit_per_second: ratePerSecond ?? null,
    ttl_seconds: values.ttlSeconds ?? null,
    ...orNull(limits(values)),
    properties: (properties ?? null) as Properties | null,
    mask: mask === undefined ? null : maskOf(mask),
    ...(inputs === undefined
      ? { payload: (payload ?? null) as Payload | null }
      : { inputs: inputsPatch(inputs, stored) }),
    ...(headers === undefined ? {} : { headers }),
  };
}

/** An input that was emptied is removed, but a secret nobody typed anew stays. */
function inputsPatch(inputs: Values, stored: ReadonlySet<string>): Values {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) =>
      isEmpty(value) ? (stored.has(name) ? [] : [[name, null]]) : [[name, value]],
    ),
  );
}

/** Messages by field of the form. */
export function formErrors({
  name,
  url,
  inputs,
  properties,
  payload,
  retryDelays,
}: WebhookFormValues): Partial<Record<keyof WebhookFormValues, string>> {
  const hasGaps = Object.keys(gapsIn(readFilters(properties) ?? [])).length > 0;
  return {
    ...(hasGaps ? { properties: 'Fill in every condition, or remove it.' } : {}),
    ...(properties instanceof BrokenJson ? { properties: NO_JSON_YET } : {}),
    ...(payload instanceof BrokenJson ? { payload: NO_JSON_YET } : {}),
    ...(inputs !== undefined && hasBrokenJson(inputs) ? { inputs: NO_JSON_YET } : {}),
    ...(areDelays(retryDelays) ? {} : { retryDelays: 'Write delays as 5s 5m 2h 1d.' }),
    ...(name.trim() === '' ? { name: 'Give it a name.' } : {}),
    ...(inputs !== undefined || isWebAddress(url.trim())
      ? {}
      : { url: 'It must begin with https:// or http:// and name a host.' }),
  };
}

/** Empty are the default ones. */
function areDelays(text: string): boolean {
  return text.trim() === '' || delaysOf(text) !== undefined;
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

const FIELD_OF_API: Readonly<Record<string, keyof WebhookFormValues>> = {
  exclude_events: 'excludeEvents',
  timeout_ms: 'timeoutSeconds',
  max_concurrency: 'maxConcurrency',
  rate_limit_per_second: 'ratePerSecond',
  ttl_seconds: 'ttlSeconds',
  connect_timeout_ms: 'connectSeconds',
  headers_timeout_ms: 'headersSeconds',
  max_open_retries: 'maxOpenRetries',
  max_retry_after_seconds: 'maxRetryAfterSeconds',
  retry_schedule_ms: 'retryDelays',
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
