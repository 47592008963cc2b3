import { status } from '@grpc/grpc-js';

/** The one error that reaches the wire as it is: a gRPC status and a sentence that an operator can act on. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: status;

  constructor(code: status, details: string, options?: ErrorOptions) {
    super(details, options);
    this.code = code;
  }

  /** The form that grpc-js sends. */
  toStatus(): { code: status; details: string } {
    return { code: this.code, details: this.message };
  }
}

/** Any error as an RpcError. What is not one already reaches the wire without its details. */
export function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  return new RpcError(status.INTERNAL, 'internal error, see the log of license-scaler', {
    cause: error,
  });
}
