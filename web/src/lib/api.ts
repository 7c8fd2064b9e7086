import type { ErrorBody, Page, StreamDetail, StreamItem } from "../../../contracts/api.ts";
import type { Me } from "../../../contracts/keys.ts";
import type { RoomStatus } from "../../../contracts/room.ts";
import { messages } from "./messages.ts";

/** What a request ended in: the gateway's error body, or `NETWORK` (status 0) when there was no answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** For a person who asks the operator; empty without an answer. */
  readonly correlationId: string;

  constructor(status: number, code: string, message: string, correlationId = "", options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.correlationId = correlationId;
  }
}

export const api = {
  me: () => request<Me>("GET", "/auth/me"),
  login: (credential: { code: string } | { key: string }) => request<Me>("POST", "/auth/login", credential),
  logout: () => request<void>("POST", "/auth/logout"),
  streams: () => request<Page<StreamItem>>("GET", "/streams"),
  stream: (streamId: string) => request<StreamDetail>("GET", `/streams/${encodeURIComponent(streamId)}`),
  /** Connects a room, or wakes its actor; answers at once with where it stands. */
  connect: (room: { uniqueId?: string; provider?: "simulator" }) => request<RoomStatus>("POST", "/streams", room),
  disconnect: (uniqueId: string) => request<RoomStatus>("DELETE", `/streams/${encodeURIComponent(uniqueId)}`),
};

/** `error` as an ApiError; anything else is a fault of ours and is thrown on. */
export function apiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}

async function request<Answer>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<Answer> {
  const headers = new Headers({ Accept: "application/json" });
  // A form or an image on another site cannot set this header: the gateway's answer to CSRF.
  if (method !== "GET") headers.set("X-TTLC", "1");
  if (body) headers.set("Content-Type", "application/json");
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) }).catch((cause) => {
    throw new ApiError(0, "NETWORK", messages.errors.network, "", { cause });
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as Answer;
  const { error_code, message, correlation_id } = (answer ?? {}) as Partial<ErrorBody>;
  throw new ApiError(
    response.status,
    error_code ?? "UNKNOWN",
    message ?? messages.errors.status(response.status),
    correlation_id ?? response.headers.get("x-correlation-id") ?? "",
  );
}
