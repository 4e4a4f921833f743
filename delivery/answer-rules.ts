import type { OutcomeClass } from '../core/attempts.ts';

/**
 * What a known receiver means by an answer that HTTP alone does not explain: a row of a kind's table of answers. The
 * first row that fits decides, before the rules that hold for every endpoint.
 */
export interface AnswerRule {
  /** For people: `404 with "no_service"`. */
  when: string;
  /** Absent: any. */
  status?: readonly number[];
  /** Found in the body; absent: whatever it holds. */
  body?: RegExp;
  class: OutcomeClass;
  /** Shown in logs and by the API, prefixed by the kind; of `delivered`: never shown. */
  name: string;
  message: string;
  remedy: string;
  /** A member of the JSON answer that holds the seconds to wait. */
  waitMember?: string;
}

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** As much of it as was kept. */
  body?: string;
}

/** The row that fits, if any. */
export function ruleFor(rules: readonly AnswerRule[], { status, body = '' }: Answer): AnswerRule | undefined {
  return rules.find((rule) => (rule.status?.includes(status) ?? true) && (rule.body?.test(body) ?? true));
}

/** Seconds, as text, that the body of an answer asks for. */
export function waitOf({ waitMember }: AnswerRule, { body = '' }: Answer): string | undefined {
  if (waitMember === undefined) {
    return undefined;
  }
  try {
    const value = (JSON.parse(body) as Record<string, unknown> | null)?.[waitMember];
    return typeof value === 'number' ? String(value) : undefined;
  } catch {
    return undefined;
  }
}
