/** As the API has it. */
export const MIN_PASSWORD = 10;

/** What is wrong with a new password, or null. */
export function tooShort(password: string): string | null {
  return password.length < MIN_PASSWORD ? `At least ${String(MIN_PASSWORD)} characters` : null;
}
