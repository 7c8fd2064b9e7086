import { createHash } from "node:crypto";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { ApiError, invalid } from "./errors.ts";

/** A first answer is repeated for so long. */
const KEPT_MS = 24 * 3_600_000;
/** Longer than any request takes: after it the gateway that began one has died. */
const RUNNING_MS = 60_000;
/** A larger answer is not kept; that it was given is. */
const MAX_BYTES = 16_384;

/** What is answered, as Reply in route.ts. */
export interface Answer {
  status: number;
  body: unknown;
  headers: Readonly<Record<string, string>>;
}

/** Of whom, for what and with what content a request is. */
export interface Attempt {
  /** The value of Idempotency-Key. */
  key: string;
  caller: string;
  /** Method and path. */
  target: string;
  input: unknown;
  /** The answer must not be kept: it holds what is shown once. */
  isSecret: boolean;
}

/** `answer` is absent while it runs, null when it was given and not kept. */
interface Kept {
  print: string;
  answer?: Answer | null;
}

/**
 * Does what is asked once, however often it is asked under one Idempotency-Key: the first answer is kept for a day and
 * repeated. What was refused or failed is not kept, so that it can be tried again.
 *
 * @throws ApiError 409 while the first is under way, or when its answer was not kept; 422 for other content
 */
export async function once(
  redis: Pick<Commands, "set" | "del">,
  attempt: Attempt,
  act: () => Promise<Answer>,
): Promise<Answer> {
  if (!/^[\x21-\x7e]{1,255}$/.test(attempt.key)) {
    throw invalid([{ field: "Idempotency-Key", message: "must be 1 to 255 printable characters without spaces" }]);
  }
  const place = `ttlc:idempotency:${sha256(attempt.caller, attempt.target, attempt.key)}`;
  const print = sha256(JSON.stringify(attempt.input));
  const running = JSON.stringify({ print } satisfies Kept);
  const before = await redis.set(place, running, "PX", RUNNING_MS, "NX", "GET");
  if (before !== null) return repeated(JSON.parse(before) as Kept, print);
  let answer: Answer;
  try {
    answer = await act();
  } catch (error) {
    await redis.del(place).catch(() => {}); // else it is free once its time is over
    throw error;
  }
  await redis.set(place, JSON.stringify(kept(print, answer, attempt.isSecret)), "PX", KEPT_MS).catch(() => {});
  return answer;
}

function repeated({ print, answer }: Kept, asked: string): Answer {
  if (print !== asked) {
    throw new ApiError(422, "IDEMPOTENCY_MISMATCH", "This Idempotency-Key was used for other content: make a new one.");
  }
  if (answer === undefined) {
    throw new ApiError(409, "IDEMPOTENCY_RUNNING", "The first request of this Idempotency-Key is under way.", {
      headers: { "retry-after": "1" },
    });
  }
  if (answer === null) {
    throw new ApiError(409, "ALREADY_DONE", "This was done before under this Idempotency-Key; its answer is not kept.");
  }
  return { ...answer, headers: { ...answer.headers, "idempotent-replayed": "true" } };
}

function kept(print: string, answer: Answer, isSecret: boolean): Kept {
  if (isSecret || "set-cookie" in answer.headers || Buffer.isBuffer(answer.body)) return { print, answer: null };
  const record = { print, answer };
  return JSON.stringify(record).length > MAX_BYTES ? { print, answer: null } : record;
}

const sha256 = (...parts: string[]) => createHash("sha256").update(parts.join("\n")).digest("base64url");
