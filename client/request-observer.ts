import type { makeGrpcRetryInterceptor } from '@temporalio/client';

type Interceptor = ReturnType<typeof makeGrpcRetryInterceptor>;

/** A request to Temporal that has ended; a repeated one is several. */
export interface TemporalRequest {
  /** `StartWorkflowExecution` */
  operation: string;
  /** gRPC's name of how it ended: `OK`, `UNAVAILABLE` … */
  status: string;
  durationMs: number;
}

/** In the order of gRPC's numbers. */
const GRPC_STATUSES: readonly string[] = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** Tells of every request, whoever makes it: the SDK's own metrics know only those of its workers. */
export function observeRequests(observe: (request: TemporalRequest) => void): Interceptor {
  return (options, nextCall) => {
    const call = nextCall(options);
    const operation = options.method_definition.path.split('/').at(-1) ?? '';
    const start = call.start.bind(call);
    call.start = (metadata, listener) => {
      const startedAt = performance.now();
      start(metadata, {
        onReceiveMetadata: (received) => listener?.onReceiveMetadata?.(received),
        onReceiveMessage: (message: unknown) => listener?.onReceiveMessage?.(message),
        onReceiveStatus: (status) => {
          observe({
            operation,
            status: GRPC_STATUSES[status.code] ?? 'UNKNOWN',
            durationMs: performance.now() - startedAt,
          });
          listener?.onReceiveStatus?.(status);
        },
      });
    };
    // gRPC asks it for nothing but this interface.
    return call as ReturnType<Interceptor>;
  };
}
