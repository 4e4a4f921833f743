import { isSettings, SECTIONS, type Section, type Settings } from './manifest.ts';
import { takes, withDefaults, type JsonSchema, type Resolve } from './schema.ts';

/** What is known of the API's requests, read from its own descriptions. */
export interface Catalogue {
  /** Fields that a file may have in this section. */
  fields(section: Section): readonly string[];
  canChange(section: Section, field: string): boolean;
  canRemove(section: Section, field: string): boolean;
  /** The settings of a file with every default, in the names of the API. */
  complete(section: Section, settings: Settings): Settings;
  /** Whether a field, or one of a nested map (`config`, `inputs`), is stored encrypted and never shown. */
  isSecret(section: Section, settings: Settings, path: FieldPath): boolean;
  /** Whether a field holds text; what a variable says for any other is read as JSON. */
  isText(section: Section, settings: Settings, path: FieldPath): boolean;
  /** Whether the inputs of this kind of webhook make its request, so that url, method and payload say nothing. */
  ownsRequest(settings: Settings): boolean;
  /** For editors: what a file may say. */
  fileSchema(): Settings;
}

/** A field, or a field of a nested map that changes field by field. */
export type FieldPath = readonly [field: string, nested?: string];

/** Maps whose fields change one by one. */
export const NESTED: Readonly<Partial<Record<Section, string>>> = { destinations: 'config', webhooks: 'inputs' };

/** What stands in a file for an id of the API. */
export const NAMED: Readonly<Record<string, string>> = { destination_id: 'destination' };

/** Never shown by the API, whatever they are. */
const WEBHOOK_SECRETS = ['secret', 'headers', 'authentication', 'client_certificate'];

/** Defaults that the API applies and does not tell. */
const UNTOLD: Readonly<Record<Section, Settings>> = {
  destinations: {},
  exports: { time_zone: 'UTC', hour_offset: 0, weekday_offset: 0, jitter_seconds: 0 },
  webhooks: {},
};

/** Instead of `paused`, which of a webhook is no setting but a state. */
const PAUSED: JsonSchema = { type: 'boolean' };

export interface OpenApi {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components?: { schemas?: Readonly<Record<string, JsonSchema>> };
}
interface Operation {
  requestBody?: { content: Readonly<Record<string, { schema: JsonSchema }>> };
}

export interface Kinds {
  destinations: readonly { kind: string; config_schema: JsonSchema }[];
  webhooks: readonly { kind: string; inputs_schema: JsonSchema; owns_request: boolean }[];
}

export function catalogueOf(api: OpenApi, kinds: Kinds): Catalogue {
  const resolve: Resolve = (ref) => api.components?.schemas?.[ref.split('/').at(-1) ?? ''];
  const creation = (section: Section): JsonSchema => bodyOf(api, `/api/v1/${section}`, 'post');
  const change = (section: Section): Readonly<Record<string, JsonSchema>> =>
    bodyOf(api, `/api/v1/${section}/{id}`, 'patch').properties ?? {};
  const nested = (section: Section, settings: Settings): JsonSchema | undefined =>
    section === 'destinations'
      ? kinds.destinations.find(({ kind }) => kind === settings['kind'])?.config_schema
      : kinds.webhooks.find(({ kind }) => kind === settings['kind'])?.inputs_schema;
  return {
    fields: (section) => Object.keys(fileFields(section, creation(section))),
    canChange: (section, field) => field in change(section),
    canRemove: (section, field) => takes('null', change(section)[field], resolve),
    complete: (section, settings) => {
      const all = { ...UNTOLD[section], ...(withDefaults(creation(section), settings, resolve) as Settings) };
      const field = NESTED[section];
      const schema = nested(section, all);
      return field === undefined || !isSettings(all[field]) || schema === undefined
        ? all
        : { ...all, [field]: withDefaults(schema, all[field], localRefs(schema)) };
    },
    isSecret: (section, settings, [field, inner]) =>
      inner === undefined
        ? section === 'webhooks' && WEBHOOK_SECRETS.includes(field)
        : field === NESTED[section] && nested(section, settings)?.properties?.[inner]?.writeOnly === true,
    isText: (section, settings, [field, inner]) => {
      const schema = nested(section, settings);
      return inner === undefined || schema === undefined
        ? takes('string', creation(section).properties?.[field], resolve)
        : takes('string', schema.properties?.[inner], localRefs(schema));
    },
    ownsRequest: (settings) => kinds.webhooks.some((one) => one.kind === settings['kind'] && one.owns_request),
    fileSchema: () => fileSchema(api, creation),
  };
}

/** A schema of a kind has its definitions in itself. */
function localRefs(schema: JsonSchema): Resolve {
  const { $defs = {} } = schema as { $defs?: Record<string, JsonSchema> };
  return (ref) => $defs[ref.split('/').at(-1) ?? ''];
}

function bodyOf(api: OpenApi, path: string, method: string): JsonSchema {
  return api.paths[path]?.[method]?.requestBody?.content['application/json']?.schema ?? {};
}

function fileFields(section: Section, { properties = {} }: JsonSchema): Record<string, JsonSchema> {
  const { name: _name, ...rest } = properties;
  const named = Object.entries(rest).map(([field, schema]): [string, JsonSchema] =>
    NAMED[field] === undefined ? [field, schema] : [NAMED[field], { type: 'string' }],
  );
  return { ...Object.fromEntries(named), ...(section === 'webhooks' ? { paused: PAUSED } : {}) };
}

function fileSchema(api: OpenApi, creation: (section: Section) => JsonSchema): Settings {
  const sections = SECTIONS.map((section): [string, unknown] => {
    const { required = [] } = creation(section);
    const entry = {
      type: 'object',
      properties: fileFields(section, creation(section)),
      required: required.flatMap((field) => (field === 'name' ? [] : [NAMED[field] ?? field])),
      additionalProperties: false,
    };
    return [section, { type: ['object', 'null'], additionalProperties: entry }];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'sluice apply',
    type: 'object',
    properties: { version: { const: 1 }, ...Object.fromEntries(sections) },
    required: ['version'],
    additionalProperties: false,
    components: api.components ?? {},
  };
}
