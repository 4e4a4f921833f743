import { members } from '../../core/json-spans.ts';
import type { Escape } from './engine.ts';
import { invalidTemplate } from './errors.ts';
import { jsonAt } from './json-text.ts';
import { compileLeaf } from './leaf.ts';
import { onlyPath } from './path.ts';
import type { TemplateScope } from './scope.ts';

const MAX_DEPTH = 32;
const MAX_VALUES = 2_000;
/** A member of this name stands for the members of the object at its path. */
const SPREAD = '...';

type Render = (scope: TemplateScope) => string;
/** `"name":value`, or none or many of them. */
type RenderMembers = (scope: TemplateScope) => string[];

/**
 * A JSON document whose strings are Liquid. What comes out of a string stays in it, so no event can change the shape of
 * the document; a string that is nothing but `{{ path }}` becomes the value that is there, digit by digit. Names of
 * members are taken as they are, but for `...`: the members of another object, unless the document names them itself.
 */
export function compileJsonTemplate(document: unknown, escape?: Escape): Render {
  let values = 0;
  const compile = (value: unknown, place: string, depth: number): Render => {
    values += 1;
    if (values > MAX_VALUES || depth > MAX_DEPTH) {
      throw invalidTemplate(place, `at most ${String(MAX_VALUES)} values in ${String(MAX_DEPTH)} levels`);
    }
    if (typeof value === 'string') {
      return compileLeaf(value, place, escape).json;
    }
    if (Array.isArray(value)) {
      const items = value.map((item, index) => compile(item, `${place}/${String(index)}`, depth + 1));
      return (scope) => `[${items.map((item) => item(scope)).join(',')}]`;
    }
    if (typeof value === 'object' && value !== null) {
      const member = (name: string, inner: unknown): Render => compile(inner, `${place}/${name}`, depth + 1);
      return compileObject(value as Record<string, unknown>, place, member);
    }
    const constant = JSON.stringify(value);
    return () => constant;
  };
  return compile(document, '', 0);
}

function compileObject(
  object: Record<string, unknown>,
  place: string,
  compile: (name: string, value: unknown) => Render,
): Render {
  const named = new Set(Object.keys(object));
  const parts = Object.entries(object).map(([name, value]): RenderMembers => {
    if (name === SPREAD) {
      return compileSpread(value, `${place}/${SPREAD}`, named);
    }
    const head = `${JSON.stringify(name)}:`;
    const render = compile(name, value);
    return (scope) => [head + render(scope)];
  });
  return (scope) => `{${parts.flatMap((part) => part(scope)).join(',')}}`;
}

function compileSpread(source: unknown, place: string, named: ReadonlySet<string>): RenderMembers {
  const path = typeof source === 'string' ? onlyPath(source) : undefined;
  if (path === undefined) {
    throw invalidTemplate(place, 'it must be a lone path to an object, such as {{ event.properties }}');
  }
  return (scope) => {
    const text = jsonAt(scope.text(path.root), path.steps);
    return text?.startsWith('{') === true
      ? [...members(text, 0)]
          .filter(([name]) => !named.has(name))
          .map(([name, { start, end }]) => `${JSON.stringify(name)}:${text.slice(start, end)}`)
      : [];
  };
}
