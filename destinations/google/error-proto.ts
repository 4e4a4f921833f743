/** Google's word for what went wrong. */
export interface ErrorProto {
  reason: string;
  message: string;
}

/** The reason in each of the three forms that Google answers errors in: OAuth, the services, IAM. */
export function protoOf({ status, data }: { status?: number; data?: unknown }): ErrorProto {
  const { error } = (typeof data === 'object' && data !== null ? data : {}) as { error?: unknown };
  if (typeof error === 'string') {
    return { reason: error, message: error };
  }
  const { errors, message, details } = (error ?? {}) as {
    errors?: ErrorProto[];
    message?: string;
    details?: { reason?: string }[];
  };
  const reason = details?.find((detail) => detail.reason !== undefined)?.reason ?? errors?.[0]?.reason;
  return { reason: reason ?? `HTTP status ${String(status)}`, message: message ?? '' };
}
