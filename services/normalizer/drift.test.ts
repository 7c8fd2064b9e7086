import { expect, it } from "vitest";
import { Drift } from "./drift.ts";
import { normalize } from "./normalize.ts";
import { now, rawOf } from "./testing.ts";

const since = new Date("2026-11-20T04:00:00.000Z");
const watch = (drift: Drift, raw: ReturnType<typeof rawOf>) => drift.watch(raw, (message) => normalize(message, now));
const base64 = (...bytes: number[]) => Buffer.from(bytes).toString("base64");
const secret = Buffer.from("a secret of anna");
/** A chat with a field 100 that the schema does not have. */
const newChat = base64(0xa2, 0x06, secret.length, ...secret);

it("is nothing while all is known", () => {
  const drift = new Drift(since);
  watch(drift, rawOf("WebcastChatMessage", base64(0x1a, 2, 0x68, 0x69), { encoding: "base64" }));
  watch(drift, rawOf("WebcastUnlistedNoMore", "", {})); // too large for ingest: of that nothing can be told
  expect(drift.report()).toEqual({ since: since.toISOString(), checked: 1, omitted: 0, kinds: [] });
});

it("counts a type without schema, and hands its event on", () => {
  const drift = new Drift(since);
  const raw = rawOf("WebcastHologramMessage", base64(8, 1), { encoding: "base64" });
  expect(watch(drift, raw)).toEqual(normalize(raw, now));
  watch(drift, { ...raw, seqNo: 8, ingestedAt: "2024-05-01T13:00:00.000Z" });
  expect(drift.report().kinds).toEqual([
    {
      ...{ kind: "unknown_type", type: "WebcastHologramMessage", what: "", count: 2 },
      ...{ firstAt: "2024-05-01T12:00:00.250Z", lastAt: "2024-05-01T13:00:00.000Z" },
      sample: {
        streamId: raw.streamId,
        sessionId: raw.sessionId,
        seqNo: 7,
        provider: "direct",
        shape: "2 bytes",
      },
    },
  ]);
});

it("is no news when it is replayed", () => {
  const drift = new Drift(since);
  watch(drift, rawOf("WebcastHologramMessage", base64(8, 1), { encoding: "base64", source: "replay" }));
  expect(drift.report()).toMatchObject({ checked: 0, kinds: [] });
});

it("counts a field without name, and tells nothing of what is in it", () => {
  const drift = new Drift(since);
  watch(drift, rawOf("WebcastChatMessage", newChat, { encoding: "base64" }));
  expect(drift.report().kinds).toMatchObject([{ kind: "unknown_field", type: "WebcastChatMessage", what: "100" }]);
  expect(JSON.stringify(drift.report())).not.toContain("secret");
});

it("counts a key that Euler's schema does not have", async () => {
  const drift = new Drift(since);
  await drift.learnEuler();
  watch(drift, rawOf("WebcastChatMessage", { comment: "hi", mood: "secret" }));
  expect(drift.report().kinds).toMatchObject([{ kind: "unknown_field", what: "mood", sample: { shape: "string" } }]);
});

it("counts what cannot be read, and refuses it as before", () => {
  const drift = new Drift(since);
  const raw = rawOf("WebcastChatMessage", "{secret", { encoding: "json" });
  expect(() => watch(drift, raw)).toThrow("not valid JSON");
  expect(drift.report().kinds).toMatchObject([{ kind: "decode_failure", what: "PARSE_ERROR: not valid JSON" }]);
  expect(JSON.stringify(drift.report())).not.toContain("secret");
});

it("looks at the first 50 messages of a type, then at every 64th", () => {
  const drift = new Drift(since);
  for (let i = 0; i < 640; i++) watch(drift, rawOf("WebcastChatMessage", newChat, { encoding: "base64", seqNo: i }));
  expect(drift.report()).toMatchObject({ checked: 60, kinds: [{ count: 60 }] });
});

it("keeps 500 kinds apart, and counts the rest together", () => {
  const drift = new Drift(since);
  for (let i = 0; i < 600; i++) watch(drift, rawOf(`Webcast${i}`, base64(8, 1), { encoding: "base64" }));
  expect(drift.report().kinds).toHaveLength(500);
  expect(drift.report().omitted).toBe(100);
});
