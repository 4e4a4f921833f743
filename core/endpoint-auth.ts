/** OAuth 2.0 client credentials (RFC 6749, 4.4). */
export interface ClientCredentials {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope?: string;
  audience?: string;
  /** Where the token endpoint expects id and secret; the RFC recommends the header. */
  sendIn: 'header' | 'body';
}

/** How a request proves to an endpoint who sends it, beside its signature. */
export type EndpointAuthentication =
  | { type: 'basic'; username: string; password: string }
  | { type: 'bearer'; token: string }
  | ({ type: 'oauth2' } & ClientCredentials);

/** For mutual TLS; PEM. */
export interface ClientCertificate {
  /** The certificate, followed by those that lead to its root. */
  certificate: string;
  /** Without a passphrase: it is stored encrypted. */
  privateKey: string;
}
