import { expect, test } from '@jest/globals';
import { ApiProblem } from '../../api-client/index.ts';
import { problemParts } from './problem-parts.ts';

const problem = (status: number): ApiProblem =>
  new ApiProblem(status, { code: 'c', detail: 'it is so', remedy: 'do this' });

test('a refusal is told in its own words', () => {
  expect(problemParts(problem(409))).toMatchObject({ title: 'it is so', remedy: 'do this', code: 'c' });
});

test('a change that came too late is told in words of people, not of headers', () => {
  expect(problemParts(problem(412))).toMatchObject({ title: 'Somebody else has changed it meanwhile.', code: 'c' });
});
