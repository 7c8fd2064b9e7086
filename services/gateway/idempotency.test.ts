import { expect, it, vi } from "vitest";
import { type Answer, once } from "./idempotency.ts";

/** As much of Redis as is used: SET, with NX GET or without, and DEL. */
function memory() {
  const kept = new Map<string, string>();
  const set = async (key: string, value: string, ...flags: (string | number)[]) => {
    const before = kept.get(key) ?? null;
    if (!flags.includes("NX") || before === null) kept.set(key, value);
    return before;
  };
  const del = async (key: string) => Number(kept.delete(key));
  return { kept, redis: { set, del } as unknown as Parameters<typeof once>[0] };
}

const attempt = { key: "k-1", caller: "me", target: "POST /things", input: { name: "a" }, isSecret: false };
const created: Answer = { status: 201, body: { id: 1 }, headers: { location: "/things/1" } };

const refusal = (promise: Promise<unknown>) => promise.catch((error) => [error.code, error.type, error.headers]);

it("acts once, and repeats the first answer", async () => {
  const { redis } = memory();
  const act = vi.fn(async () => created);
  expect(await once(redis, attempt, act)).toEqual(created);
  expect(await once(redis, attempt, act)).toEqual({
    ...created,
    headers: { location: "/things/1", "idempotent-replayed": "true" },
  });
  expect(act).toHaveBeenCalledTimes(1);
});

it.each([{ key: "k-2" }, { caller: "you" }, { target: "POST /others" }])("acts anew for %j", async (other) => {
  const { redis } = memory();
  const act = vi.fn(async () => created);
  await once(redis, attempt, act);
  await once(redis, { ...attempt, ...other }, act);
  expect(act).toHaveBeenCalledTimes(2);
});

it("refuses other content under the same key", async () => {
  const { redis } = memory();
  await once(redis, attempt, async () => created);
  const other = once(redis, { ...attempt, input: { name: "b" } }, async () => created);
  expect(await refusal(other)).toEqual([422, "IDEMPOTENCY_MISMATCH", {}]);
});

it("refuses a second attempt while the first is under way", async () => {
  const { redis } = memory();
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const first = once(redis, attempt, () => promise);
  const second = once(redis, attempt, async () => created);
  expect(await refusal(second)).toEqual([409, "IDEMPOTENCY_RUNNING", { "retry-after": "1" }]);
  resolve(created);
  expect(await first).toEqual(created);
});

it("can be tried again when it failed", async () => {
  const { redis, kept } = memory();
  await expect(once(redis, attempt, () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(kept.size).toBe(0);
  expect(await once(redis, attempt, async () => created)).toEqual(created);
});

it.each([
  ["holds what is shown once", { isSecret: true }, created],
  ["sets a cookie", {}, { ...created, headers: { "set-cookie": "secret" } }],
  ["is larger than 16 KiB", {}, { ...created, body: "x".repeat(16_384) }],
])("keeps no answer that %s, but that it was given", async (_, changes, answer) => {
  const { redis, kept } = memory();
  await once(redis, { ...attempt, ...changes }, async () => answer);
  expect([...kept.values()].join().length).toBeLessThan(200);
  const again = once(redis, { ...attempt, ...changes }, async () => answer);
  expect(await refusal(again)).toEqual([409, "ALREADY_DONE", {}]);
});

it("Redis learns neither who nor under which key", async () => {
  const { redis, kept } = memory();
  await once(redis, { ...attempt, key: "CANARY-1", caller: "CANARY-2" }, async () => created);
  expect(JSON.stringify([...kept])).not.toContain("CANARY");
});

it.each(["", " ", "a b", "é", "\n", "x".repeat(256)])("refuses the key %j", async (key) => {
  const { redis } = memory();
  expect(await refusal(once(redis, { ...attempt, key }, async () => created))).toEqual([400, "VALIDATION_ERROR", {}]);
});
