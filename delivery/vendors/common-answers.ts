import type { AnswerRule } from '../answer-rules.ts';

type Told = Pick<AnswerRule, 'name' | 'remedy'> & Partial<AnswerRule>;

/** The key is wrong, revoked or lacks a right: nothing arrives until its owner corrects it. */
export function badCredentials(status: readonly number[], told: Told): AnswerRule {
  return {
    ...{ when: status.join(', '), status, class: 'misconfigured' },
    message: 'The credentials were refused.',
    ...told,
  };
}

/** This event will never be taken, others may be. */
export function badEvent(status: readonly number[], told: Told): AnswerRule {
  return {
    ...{ when: status.join(', '), status, class: 'rejected' },
    message: 'The event was refused as invalid.',
    ...told,
  };
}

export function tooManyRequests(told: Told): AnswerRule {
  return {
    ...{ when: '429', status: [429], class: 'throttled' },
    message: 'The limit of requests is reached.',
    ...told,
  };
}
