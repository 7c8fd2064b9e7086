import { Errors } from "moleculer";
import type { ErrorBody } from "../../contracts/api.ts";
import { isOutage } from "../../lib/errors.ts";

/** A refusal: HTTP status, the code that docs/errors.md explains, a sentence for a person. */
export class ApiError extends Errors.MoleculerClientError {
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: number,
    errorCode: string,
    message: string,
    { details, headers = {} }: { details?: unknown; headers?: Record<string, string> } = {},
  ) {
    super(message, status, errorCode, details);
    this.headers = headers;
  }
}

export const forbidden = (): ApiError => new ApiError(403, "FORBIDDEN", "This key does not have the right to do that.");

export const notFound = (what: string): ApiError => new ApiError(404, "NOT_FOUND", `There is no ${what}.`);

/** What is wrong with one field of a request; never its value. */
export interface FieldProblem {
  field: string;
  message: string;
}

export const invalid = (details: FieldProblem[]): ApiError =>
  new ApiError(400, "VALIDATION_ERROR", "The request has fields that cannot be used.", { details });

interface ErrorAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: ErrorBody;
}

/** What a client learns of `error`. Only errors that were made for clients (4xx) speak for themselves. */
export function errorAnswer(error: unknown, correlationId: string): ErrorAnswer {
  const { code: status, type, message, data: details, headers } = presentable(error);
  return {
    status,
    headers,
    body: { error_code: type, message, ...(details === undefined ? {} : { details }), correlation_id: correlationId },
  };
}

function presentable(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Errors.RequestTimeoutError) {
    return new ApiError(504, "TIMEOUT", "A part of ttlc took too long. Try again.");
  }
  if (isOutage(error)) {
    return new ApiError(503, "OUTAGE", "A part of ttlc is away: see /ready. Try again.", {
      headers: { "retry-after": "1" },
    });
  }
  if (error instanceof Errors.ValidationError) {
    if (!Array.isArray(error.data)) return new ApiError(400, error.type, error.message);
    return invalid(error.data.map(({ field, message }: FieldProblem) => ({ field, message })));
  }
  if (error instanceof Errors.MoleculerClientError && error.code >= 400 && error.code < 500) {
    return new ApiError(error.code, error.type, error.message, { details: error.data });
  }
  return new ApiError(500, "INTERNAL_ERROR", "Something went wrong. The log explains it under this correlation_id.");
}
