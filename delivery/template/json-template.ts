import { invalidTemplate } from './errors.ts';
import { compileLeaf } from './leaf.ts';
import type { TemplateScope } from './scope.ts';

const MAX_DEPTH = 32;
const MAX_VALUES = 2_000;

type Render = (scope: TemplateScope) => string;

/**
 * A JSON document whose strings are Liquid. What comes out of a string stays in it, so no event can change the shape of
 * the document; a string that is nothing but `{{ path }}` becomes the value that is there, digit by digit. Names of
 * members are taken as they are.
 */
export function compileJsonTemplate(document: unknown): Render {
  let values = 0;
  const compile = (value: unknown, place: string, depth: number): Render => {
    values += 1;
    if (values > MAX_VALUES || depth > MAX_DEPTH) {
      throw invalidTemplate(place, `at most ${String(MAX_VALUES)} values in ${String(MAX_DEPTH)} levels`);
    }
    if (typeof value === 'string') {
      return compileLeaf(value, place).json;
    }
    if (Array.isArray(value)) {
      const items = value.map((item, index) => compile(item, `${place}/${String(index)}`, depth + 1));
      return (scope) => `[${items.map((item) => item(scope)).join(',')}]`;
    }
    if (typeof value === 'object' && value !== null) {
      return compileObject(Object.entries(value), (member, name) => compile(member, `${place}/${name}`, depth + 1));
    }
    const constant = JSON.stringify(value);
    return () => constant;
  };
  return compile(document, '', 0);
}

function compileObject(entries: [string, unknown][], compile: (value: unknown, name: string) => Render): Render {
  const members = entries.map(([name, value]) => ({ head: `${JSON.stringify(name)}:`, value: compile(value, name) }));
  return (scope) => `{${members.map(({ head, value }) => head + value(scope)).join(',')}}`;
}
