interface SignInFault {
  title: string;
  remedy: string;
}

const FAULTS: Readonly<Record<string, SignInFault>> = {
  oidc_user_unknown: {
    title: 'You are not a member of any team here',
    remedy:
      'Ask an owner for an invitation to the address that your identity provider has verified, then sign in again.',
  },
  oidc_failed: {
    title: 'The sign-in at the identity provider did not work',
    remedy: 'Try again. When it happens again, the operator finds the reason in the log of the server.',
  },
};

/** Why the server has sent a browser back to the login: `error` of the address. */
export function signInFault(error: string | null): SignInFault | undefined {
  return error === null ? undefined : (FAULTS[error] ?? FAULTS['oidc_failed']);
}
