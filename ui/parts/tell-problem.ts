import { notifications } from '@mantine/notifications';
import { problemParts } from './problem-parts.ts';

/** Long enough to read a remedy. */
const SHOWN_MS = 12_000;

/** Says in the corner what did not work, and what to do, where a page has no place for it. */
export function tellProblem(title: string, error: unknown): void {
  const { title: what, remedy } = problemParts(error);
  const message = remedy === undefined ? what : `${what} ${remedy}`;
  notifications.show({ color: 'red', title, message, autoClose: SHOWN_MS });
}
