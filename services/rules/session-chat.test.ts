import { SignConfig, TikTokLiveConnection } from "tiktok-live-connector";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { egressLimits } from "../../lib/egress/egress.ts";
import { createRedact, secretsOf } from "../../lib/redact.ts";
import { testConfig } from "../../test/support/config.ts";
import { Receiver } from "../../test/support/receiver.ts";
import { capabilitiesOf, roomActorOf } from "./capabilities.ts";
import type { RoomTask } from "./euler.ts";

const euler = new Receiver();
beforeAll(() => euler.start());
afterAll(() => euler.stop());

const session = { TIKTOK_SESSION_ID: "hunter2hunter2", TIKTOK_TARGET_IDC: "eu-ttp2" };
const configOf = (changes: Parameters<typeof testConfig>[0] = {}) =>
  testConfig({ EULER_API_URL: euler.host, EULER_API_KEY: "key", EULER_ACCOUNT: "@Bot", ...session, ...changes });
const actorOf = (changes?: Parameters<typeof testConfig>[0]) => roomActorOf(configOf(changes), egressLimits);

/** Each in a room of its own. */
let rooms = 7300;
function say(content: string) {
  const roomId = String(++rooms);
  const path = `/webcast/rooms/${roomId}/chat`;
  const perform = () => actorOf()?.perform({ kind: "chat", roomId, content }, new AbortController().signal);
  return { roomId, path, perform };
}

describe("chat over the session of an account", () => {
  it("is asked for as the connector asks for it", async () => {
    const { roomId, path, perform } = say('hi "you"');
    euler.will(path, (response) => response.setHeader("content-type", "application/json").end('{"code": 200}'));
    expect(await perform()).toEqual({ state: "done", reason: null });
    Object.assign(SignConfig, { basePath: euler.url(""), apiKey: "key", cachedInstance: undefined });
    const { TIKTOK_SESSION_ID: sessionId, TIKTOK_TARGET_IDC: ttTargetIdc } = session;
    const connector = new TikTokLiveConnection("anna", {
      session: { cookie: { type: "cookie", value: { sessionId, ttTargetIdc } } },
    });
    await connector.sendMessage('hi "you"', roomId);
    const [ours, theirs] = euler.at(path).map(({ method, json, headers }) => ({
      ...{ method, json, cookies: headers["x-cookie-header"], key: headers["x-api-key"] },
      ...{ token: headers["x-oauth-token"], type: headers["content-type"] },
    }));
    expect(ours).toEqual(theirs);
    expect(ours).toMatchObject({ json: { content: 'hi "you"' }, key: "key", token: undefined });
    expect(ours?.cookies).toContain("sessionid=hunter2hunter2");
  });

  it.each([
    ["failed", "http_401", 401],
    ["failed", "http_403", 403],
    ["unknown", "http_500", 500],
  ] as const)("that is answered with a status ends as %s, %s", async (state, reason, status) => {
    const { path, perform } = say("hello");
    euler.will(path, status);
    expect(await perform()).toEqual({ state, reason });
    expect(euler.at(path)).toHaveLength(1);
  });

  it("is all that it can do", async () => {
    const mute: RoomTask = { kind: "mute", roomId: "7300", userId: "9", seconds: 60 };
    expect(await actorOf()?.perform(mute, new AbortController().signal)).toMatchObject({ reason: "no_capability" });
    const can = capabilitiesOf(configOf(), actorOf());
    expect(can).toEqual({ types: new Set(["log", "webhook", "announce"]), account: "bot" });
  });

  it("gives way to a token", () => {
    expect(actorOf({ EULER_OAUTH_TOKEN: "token" })?.types).toEqual(["announce", "moderate"]);
  });

  it.each(["EULER_API_KEY", "EULER_ACCOUNT", "TIKTOK_SESSION_ID", "TIKTOK_TARGET_IDC"])("takes %s", (name) => {
    expect(actorOf({ [name]: "" })).toBeUndefined();
  });

  it("is not told by a log", () => {
    const redact = createRedact(secretsOf(configOf()));
    expect(JSON.stringify(redact.value({ text: `x ${session.TIKTOK_SESSION_ID} y` }))).not.toContain("hunter2");
  });
});
