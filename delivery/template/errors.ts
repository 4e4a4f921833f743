import { SluiceError } from '../../core/errors.ts';

/** A template that cannot be saved; `path` is a JSON pointer into it, empty for the whole. */
export function invalidTemplate(path: string, reason: string): SluiceError {
  return new SluiceError({
    code: 'webhook_template_invalid',
    message: `template${path}: ${reason}.`,
    retryable: false,
    fault: 'customer',
    remedy: 'Correct the template; docs/templates.md lists what it may use.',
  });
}

/** A template that could not be rendered for an event. Repeating changes nothing. */
export function renderFailed(path: string, reason: string): SluiceError {
  return new SluiceError({
    code: 'template_failed',
    message: `template${path}: ${reason}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Correct the template, for example with the default filter, then replay the event.',
  });
}

/**
 * A template that took too long for an event. The limit is time on the wall, so a machine that is too busy can be the
 * reason as well: the event is tried again, never set aside at once.
 */
export function renderTooSlow(path: string, limitMs: number): SluiceError {
  return new SluiceError({
    code: 'template_too_slow',
    message: `template${path}: it takes more than ${String(limitMs)} ms`,
    retryable: true,
    fault: 'customer',
    remedy: 'Make the template do less, for example fewer loops. The event is tried again.',
  });
}
