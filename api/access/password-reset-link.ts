import type { FastifyRequest } from 'fastify';
import { createPasswordReset, RESET_HOURS, type NewPasswordReset } from '../../store/password-resets.ts';
import type { User } from '../../store/users.ts';
import type { ApiDeps } from '../deps.ts';

/** Whether links can be sent: a mail leads to the address that the operator has named, never to one that a request names. */
export function canMailResets({ notifier, publicUrl }: ApiDeps): boolean {
  return notifier.mail !== undefined && publicUrl !== undefined;
}

/** Makes a link and sends it to the user, who alone sees it. Throws `mail_not_sent`. */
export async function mailReset({ db, notifier, publicUrl }: ApiDeps, user: User): Promise<Date> {
  const { token, expiresAt } = await createPasswordReset(db, { userId: user.id });
  await notifier.mail?.({
    to: user.email,
    subject: '[Sluice] Your new password',
    text: [
      `Somebody has asked to set a new password for ${user.email} at Sluice. To set one, open this link:`,
      resetUrl(publicUrl ?? '', token),
      `It is good once, for ${String(RESET_HOURS)} hours. Did you not ask for it? Then do nothing: your password stays.`,
      '',
    ].join('\n\n'),
  });
  return expiresAt;
}

/** Makes a link for whoever is to pass it on. */
export async function shownReset(
  { db, publicUrl }: ApiDeps,
  request: FastifyRequest,
  reset: NewPasswordReset,
): Promise<{ url: string; expiresAt: Date }> {
  const { token, expiresAt } = await createPasswordReset(db, reset);
  return { url: resetUrl(publicUrl ?? `${request.protocol}://${request.host}`, token), expiresAt };
}

function resetUrl(base: string, token: string): string {
  return new URL(`/console/reset-password?token=${token}`, base).href;
}
