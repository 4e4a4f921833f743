import { createOidc, type OidcSettings } from '../api/access/oidc.ts';
import { checkSmtp, type SmtpSettings } from '../notifications/email.ts';
import { checked, ok, type Finding } from './finding.ts';

/** What an installation may have beside its databases. */
export interface ServicesConfig {
  smtp?: SmtpSettings | undefined;
  access: { oidc?: OidcSettings };
}

/** The mail server and the identity provider, where they are configured. Sends nothing, signs nobody in. */
export async function checkServices({ smtp, access: { oidc } }: ServicesConfig): Promise<Finding[]> {
  const found = await Promise.all([
    smtp
      ? checked('smtp.connection', 'Check SLUICE_SMTP_URL: host, port, user and password.', async () => {
          await checkSmtp(smtp);
          return [ok('smtp.connection', `the mail server answers, and takes the login; mails come from ${smtp.from}`)];
        })
      : [],
    oidc
      ? checked('oidc.discovery', 'Check SLUICE_OIDC_ISSUER, and that this machine reaches it.', async () => {
          await createOidc(oidc).discover();
          return [ok('oidc.discovery', `${oidc.issuer} describes itself; its client is tried at the first sign-in`)];
        })
      : [],
  ]);
  return found.flat();
}
