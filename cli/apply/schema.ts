import { isEqual } from './equal.ts';
import { isSettings, type Settings } from './manifest.ts';

/** As much of JSON Schema as the API's descriptions of requests use. */
export interface JsonSchema {
  $ref?: string;
  type?: unknown;
  const?: unknown;
  enum?: readonly unknown[];
  default?: unknown;
  writeOnly?: boolean;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  items?: JsonSchema;
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
}

/** Finds what a `$ref` stands for. */
export type Resolve = (ref: string) => JsonSchema | undefined;

/** The value as the API stores it: what is left out has its default. What no schema describes stays as it is. */
export function withDefaults(schema: JsonSchema | undefined, value: unknown, resolve: Resolve): unknown {
  const found = schema && shapeFor(schema, value, resolve);
  if (Array.isArray(value)) {
    return value.map((item) => withDefaults(found?.items, item, resolve));
  }
  if (!isSettings(value)) {
    return value;
  }
  const properties = found?.properties ?? {};
  const given = Object.entries(value).map(([name, item]) => [name, withDefaults(properties[name], item, resolve)]);
  const absent = Object.entries(properties).flatMap(([name, property]) =>
    name in value || property.default === undefined ? [] : [[name, property.default]],
  );
  return Object.fromEntries([...given, ...absent]) as Settings;
}

/** Whether the schema takes values of this type of JSON. Null in a change removes a field. */
export function takes(type: 'null' | 'string', schema: JsonSchema | undefined, resolve: Resolve): boolean {
  if (schema === undefined) {
    return false;
  }
  const direct = dereferenced(schema, resolve);
  return [direct.type].flat().includes(type) || alternatives(direct).some((one) => takes(type, one, resolve));
}

/** The one of the alternatives that describes the value: the one whose constants it has. */
function shapeFor(schema: JsonSchema, value: unknown, resolve: Resolve): JsonSchema {
  const direct = dereferenced(schema, resolve);
  const chosen = alternatives(direct).find((one) => describes(dereferenced(one, resolve), value, resolve));
  return chosen === undefined ? direct : shapeFor(chosen, value, resolve);
}

function describes(schema: JsonSchema, value: unknown, resolve: Resolve): boolean {
  const nested = alternatives(schema);
  if (nested.length > 0) {
    return nested.some((one) => describes(dereferenced(one, resolve), value, resolve));
  }
  if (Array.isArray(value)) {
    return schema.items !== undefined;
  }
  if (!isSettings(value) || schema.properties === undefined) {
    return false;
  }
  return Object.entries(schema.properties).every(([name, { const: constant, enum: values }]) => {
    const wanted = constant === undefined ? values : [constant];
    return wanted === undefined || !(name in value) || wanted.some((one) => isEqual(one, value[name]));
  });
}

function alternatives({ anyOf, oneOf }: JsonSchema): readonly JsonSchema[] {
  return anyOf ?? oneOf ?? [];
}

function dereferenced(schema: JsonSchema, resolve: Resolve): JsonSchema {
  return schema.$ref === undefined ? schema : { ...resolve(schema.$ref), ...schema };
}
