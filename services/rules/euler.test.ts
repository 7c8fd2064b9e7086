import { describe, expect, it } from "vitest";
import type { EgressReply, EgressRequest } from "../../lib/egress/egress.ts";
import { EgressFailedError, EgressRefusedError } from "../../lib/egress/errors.ts";
import { Euler, offeredSeconds, type RoomTask } from "./euler.ts";

const chat: RoomTask = { kind: "chat", roomId: "7300", content: 'hi "you"' };

type Answer = Pick<EgressReply, "status"> & Partial<Pick<EgressReply, "headers" | "cut">> & { body?: string };

/** Does one task against an Euler that answers so; with what was asked of it. */
async function perform(task: RoomTask, answer: Error | Answer) {
  const asked: EgressRequest[] = [];
  const egress = {
    async send(request: EgressRequest): Promise<EgressReply> {
      asked.push(request);
      if (answer instanceof Error) throw answer;
      const { status, headers = {}, body = "", cut = null } = answer;
      return { status, headers, body: Buffer.from(body), cut, durationMs: 1 };
    },
  };
  const euler = new Euler({ base: "https://euler.test", apiKey: "key", token: "token", egress });
  return { ending: await euler.perform(task, new AbortController().signal), asked };
}

describe("what Euler is asked", () => {
  it.each([
    [chat, "POST", "/webcast/rooms/7300/chat", '{"content":"hi \\"you\\""}'],
    [
      { kind: "mute", roomId: "7300", userId: "9", seconds: 60 },
      "PUT",
      "/webcast/rooms/7300/moderation/mutes?user_id=9&duration=60",
    ],
    [
      { kind: "ban", roomId: "7300", userId: "9&x=1" },
      "PUT",
      "/webcast/rooms/7300/moderation/bans?tiktok_user_id=9%26x%3D1",
    ],
    [{ kind: "unmute", roomId: "7300", userId: "9" }, "DELETE", "/webcast/rooms/7300/moderation/mutes?user_id=9"],
    [{ kind: "unban", roomId: "7300", userId: "9" }, "DELETE", "/webcast/rooms/7300/moderation/bans?tiktok_user_id=9"],
  ] as [RoomTask, string, string, string?][])("%j", async (task, method, path, body) => {
    const { asked } = await perform(task, { status: 200 });
    expect(asked).toMatchObject([
      { method, url: `https://euler.test${path}`, headers: { "x-api-key": "key", "x-oauth-token": "token" } },
    ]);
    expect(asked[0]?.body).toBe(body);
  });

  it.each([
    [1, 5],
    [5, 5],
    [59, 30],
    [300, 300],
    [86_400, 300],
  ])("a timeout of %d s is one of %d s", (asked, offered) => {
    expect(offeredSeconds(asked)).toBe(offered);
  });
});

describe("what became of it", () => {
  it.each([
    ["done", null, { status: 200 }],
    ["done", null, { status: 200, body: '{"code": 200}' }],
    ["done", null, { status: 200, body: "<html>" }],
    ["failed", "http_403", { status: 200, body: '{"code": 403, "message": "no"}' }],
    ["failed", "http_401", { status: 401 }],
    ["unknown", "http_408", { status: 408 }],
    ["unknown", "http_500", { status: 500 }],
    ["unknown", "http_302", { status: 302 }],
    ["unknown", "reply_too_large", { status: 200, body: '{"co', cut: new EgressFailedError("reply_too_large", "") }],
    ["failed", "http_403", { status: 403, cut: new EgressFailedError("timeout", "") }],
    ["unknown", "timeout", new EgressFailedError("timeout", "")],
    ["unknown", "connect", new EgressFailedError("connect", "", { cause: { code: "ECONNRESET" } })],
    ["failed", "address_refused", new EgressRefusedError("")],
  ] as const)("%s, %s", async (state, reason, answer) => {
    expect((await perform(chat, answer)).ending).toEqual({ state, reason });
  });

  it.each([
    ["http_429", 0, { status: 429 }],
    ["http_429", 7_000, { status: 429, headers: { "retry-after": "7" } }],
    ["http_429", 0, { status: 200, body: '{"code": 429}' }],
    ["connect", 0, new EgressFailedError("connect", "", { cause: { code: "ECONNREFUSED" } })],
    ["dns", 0, new EgressFailedError("dns", "")],
    ["tls", 0, new EgressFailedError("tls", "")],
  ] as const)("not done, %s: again after %d ms or later", async (reason, waitMs, answer) => {
    expect((await perform(chat, answer)).ending).toEqual({ state: "again", reason, waitMs });
  });
});
