import { isJson } from '../../core/media-type.ts';
import type { Escape } from './engine.ts';
import { invalidTemplate } from './errors.ts';
import { compileJsonTemplate } from './json-template.ts';
import { compileLeaf } from './leaf.ts';
import { scopeOf, type TemplateInput } from './scope.ts';

/** What a webhook's owner has set instead of the default body. */
export interface TemplateSettings {
  /** Of the request; decides how `template` is read: JSON types take a document, others one text. */
  contentType: string;
  template: unknown;
  escape?: Escape;
}

/** Renders the body of one event. Throws `template_failed`, or `template_too_slow`; the same event always gives the same body. */
export type CompiledTemplate = (input: TemplateInput) => string;

const MAX_TEMPLATE_CHARS = 64 * 1024;

/** Throws `webhook_template_invalid`, naming the place in the template. */
export function compileTemplate({ contentType, template, escape }: TemplateSettings): CompiledTemplate {
  if (JSON.stringify(template).length > MAX_TEMPLATE_CHARS) {
    throw invalidTemplate('', `it is longer than ${String(MAX_TEMPLATE_CHARS)} characters`);
  }
  if (isJson(contentType)) {
    const render = compileJsonTemplate(template, escape);
    return (input) => render(scopeOf(input));
  }
  if (typeof template !== 'string') {
    throw invalidTemplate('', `for ${contentType} it must be a text`);
  }
  const leaf = compileLeaf(template, '', escape);
  return (input) => leaf.text(scopeOf(input));
}
