import type { Liquid, Template } from 'liquidjs';
import { invalidTemplate, renderFailed, renderTooSlow } from './errors.ts';
import { liquidFor, RENDER_LIMIT_MESSAGE, RENDER_LIMIT_MS, type Escape } from './engine.ts';
import { jsonAt } from './json-text.ts';
import { onlyPath } from './path.ts';
import { ROOTS, type TemplateScope } from './scope.ts';

/** A text of a template, compiled. */
export interface Leaf {
  /** As text. */
  text(scope: TemplateScope): string;
  /** As a JSON value: a string, or whatever a lone path leads to; `null` when it leads nowhere. */
  json(scope: TemplateScope): string;
}

/**
 * Throws `webhook_template_invalid` naming the place: a syntax error, an unknown filter, tag or root. With `escape`
 * every JSON value is a text, lone paths too.
 */
export function compileLeaf(source: string, place: string, escape?: Escape): Leaf {
  if (!source.includes('{{') && !source.includes('{%')) {
    return constant(source);
  }
  const liquid = liquidFor(escape);
  const templates = parse(liquid, source, place);
  const path = escape === undefined ? onlyPath(source) : undefined;
  const text = (scope: TemplateScope): string => render(liquid, templates, scope, place);
  return {
    text,
    json:
      path === undefined
        ? (scope) => JSON.stringify(text(scope))
        : (scope) => jsonAt(scope.text(path.root), path.steps) ?? 'null',
  };
}

function constant(source: string): Leaf {
  const json = JSON.stringify(source);
  return { text: () => source, json: () => json };
}

function parse(liquid: Liquid, source: string, place: string): Template[] {
  try {
    const templates = liquid.parse(source);
    const unknown = liquid.globalVariablesSync(templates).find((name) => !(ROOTS as readonly string[]).includes(name));
    if (unknown !== undefined) {
      throw invalidTemplate(place, `there is no ${unknown}; a path begins with ${ROOTS.join(', ')}`);
    }
    return templates;
  } catch (error) {
    throw error instanceof Error && error.name !== 'SluiceError' ? invalidTemplate(place, reasonOf(error)) : error;
  }
}

function render(liquid: Liquid, templates: Template[], scope: TemplateScope, place: string): string {
  try {
    return String(liquid.renderSync(templates, scope.values));
  } catch (error) {
    const reason = reasonOf(error);
    throw reason.startsWith(RENDER_LIMIT_MESSAGE) ? renderTooSlow(place, RENDER_LIMIT_MS) : renderFailed(place, reason);
  }
}

/** LiquidJS quotes the template's lines below the first one. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').slice(0, 300);
}
