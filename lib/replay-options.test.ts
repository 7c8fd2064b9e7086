import { describe, expect, it } from "vitest";
import { StartError } from "./errors.ts";
import { wantedReplay } from "./replay-options.ts";

const session = "08d80ac0-0000-4000-8000-000000000001";

describe("what npm start is to replay", () => {
  it.each([
    [{}, undefined],
    [{ "replay-session": session }, { sessionId: session, streamId: undefined, speed: "max" }],
    [
      { "replay-session": session, speed: "max" },
      { sessionId: session, streamId: undefined, speed: "max" },
    ],
    [
      { "replay-stream": "7300", speed: "20" },
      { sessionId: undefined, streamId: "7300", speed: 20 },
    ],
  ])("for %j is %j", (values, wanted) => expect(wantedReplay(values)).toEqual(wanted));

  it.each([
    [{ speed: "5" }, /belongs to/],
    [{ "replay-session": session, "replay-stream": "7300" }, /not both/],
    [{ "replay-session": "last" }, /UUID/],
    [{ "replay-session": session, speed: "21" }, /from 1 to 20/],
    [{ "replay-session": session, speed: "fast" }, /from 1 to 20/],
  ])("is refused for %j", (values, message) => {
    expect(() => wantedReplay(values)).toThrow(StartError);
    expect(() => wantedReplay(values)).toThrow(message);
  });
});
