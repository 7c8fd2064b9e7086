import { describe, expect, it } from "vitest";
import type { ReplayStatus } from "../contracts/replay.ts";
import { followReplay, replayBar } from "./replay-progress.ts";

describe("the bar of a replay", () => {
  it.each([
    [{ published: 0, total: 100 }, "[------------------------]   0 %  0 of 100"],
    [{ published: 12_340, total: 49_360 }, "[######------------------]  25 %  12,340 of 49,360"],
    [{ published: 99_999, total: 100_000 }, "[#######################-]  99 %  99,999 of 100,000"],
    [{ published: 7, total: 7 }, "[########################] 100 %  7 of 7"],
  ])("of %j is %s", (status, bar) => expect(replayBar(status)).toBe(bar));
});

describe("following a replay", () => {
  const follow = async (answers: (Partial<ReplayStatus> | Error)[]) => {
    const lines: string[] = [];
    const broker = {
      async waitForServices() {},
      async call() {
        const answer = answers.shift() as Partial<ReplayStatus> | Error;
        if (answer instanceof Error) throw answer;
        return { sessionId: "s", speed: "max", total: 4, published: 0, state: "running", ...answer };
      },
    };
    const say = (label: string, text: string) => void lines.push(`${label} ${text}`);
    const show = (_: string, text: string) => void lines.push(text.slice(-6));
    await followReplay(
      broker as never,
      { sessionId: "s", speed: "max" },
      { say, show, personal: true },
      new AbortController().signal,
    );
    return lines;
  };

  it("shows its progress and its end", async () => {
    expect(await follow([{}, { published: 4, state: "done" }])).toEqual([
      "Replay session s, 4 events at speed max",
      "0 of 4",
      "Replay done: 4 of 4 events sent",
    ]);
  });

  it("waits for one that is paused", async () => {
    expect(await follow([{}, { published: 1, state: "paused" }, { published: 4, state: "done" }])).toEqual([
      "Replay session s, 4 events at speed max",
      "0 of 4",
      "paused",
      "Replay done: 4 of 4 events sent",
    ]);
  });

  it("says why there is none", async () => {
    expect(await follow([new Error("Nothing is stored of session s.")])).toEqual([
      "Replay not started: Nothing is stored of session s.",
    ]);
  });
});
