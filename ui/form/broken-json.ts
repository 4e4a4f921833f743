export const NO_JSON_YET = 'This is not JSON yet.';

/** In place of a value: the text of a field that is no JSON. No form with one may be sent. */
export class BrokenJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a field of JSON holds; undefined: nothing. */
export function parsedJson(text: string): unknown {
  if (text.trim() === '') {
    return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return new BrokenJson(text);
  }
}

/** The text of a field that holds the value. */
export function jsonText(value: unknown): string {
  if (value instanceof BrokenJson) {
    return value.text;
  }
  return value === undefined ? '' : JSON.stringify(value, null, 2);
}

export function hasBrokenJson(values: Readonly<Record<string, unknown>>): boolean {
  return Object.values(values).some((value) => value instanceof BrokenJson);
}

/** The value as it can be sent. Throws what a form shows, with the name of the field. */
export function soundJson<Value>(value: Value | BrokenJson, label: string): Value {
  if (value instanceof BrokenJson) {
    throw new Error(`${label}: this is not JSON yet. Correct it, or empty the field.`);
  }
  return value;
}
