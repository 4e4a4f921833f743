import { describe, expect, test } from '@jest/globals';
import { microsOf } from '../core/time.ts';
import { prefixProblem, renderPrefix } from './prefix.ts';

const values = {
  interval: {
    startMicros: microsOf(new Date('2026-01-02T03:04:05Z')),
    endMicros: microsOf(new Date('2026-01-02T04:04:05Z')) + 7,
  },
  table: 'events',
  exportId: '8d8ac610-566d-4ef0-9c22-186b2a5ed793',
};

describe('a prefix template', () => {
  test.each([
    ['', ''],
    ['plain/', 'plain'],
    ['year={year}/month={month}/day={day}', 'year=2026/month=01/day=02'],
    ['{hour}-{minute}-{second}', '03-04-05'],
    ['{interval_start}_{interval_end}', '20260102T030405Z_20260102T040405.000007Z'],
    ['{table}/{export_id}', 'events/8d8ac610-566d-4ef0-9c22-186b2a5ed793'],
  ])('%j becomes %j', (template, expected) => {
    expect(prefixProblem(template)).toBeUndefined();
    expect(renderPrefix(template, values)).toBe(expected);
  });

  test.each([
    ['a/{yaer}', '{yaer} is not a variable; known are {year}'],
    ['{}', '{} is not a variable'],
    ['{toString}', '{toString} is not a variable'],
    ['a{', 'a brace has no partner'],
    ['/a', 'must not begin with "/"'],
    ['a/../b', '".."'],
    ['..', '".."'],
    ['a//b', 'empty segment'],
    ['a\\b', 'backslash'],
    ['a\u0000b', 'control character'],
    ['ü'.repeat(500), 'bytes'],
  ])('%j is refused', (template, problem) => {
    expect(prefixProblem(template)).toContain(problem);
  });

  test.each(['../../etc', 'a/b', '..', 'x\u0000'])('the value %j cannot leave its segment', (table) => {
    expect(renderPrefix('p/{table}', { ...values, table }).split('/')).toHaveLength(2);
    expect(renderPrefix('p/{table}', { ...values, table })).not.toContain('..');
  });
});
