import { describe, expect, it } from "vitest";
import { roles } from "../../contracts/access.ts";
import { assertMakeable } from "./key-rules.ts";

const refusal = (...wish: Parameters<typeof assertMakeable>) => {
  try {
    assertMakeable(...wish);
    return null;
  } catch (error) {
    return (error as { type: string }).type;
  }
};

describe("who gives", () => {
  const admin = { scope: {}, gives: roles };
  const streamer = { scope: { channelIds: ["a"] }, gives: ["streamer", "moderator", "viewer", "overlay"] };
  const developer = { scope: { simulated: true }, gives: ["developer", "viewer", "overlay"] };
  it.each([
    ["an administrator", admin, "admin", [], null],
    ["an administrator", admin, "streamer", ["a"], null],
    ["an administrator", admin, "streamer", [], "CHANNELS_REQUIRED"],
    ["an administrator", admin, "overlay", [], "CHANNELS_REQUIRED"],
    ["an administrator", admin, "ops", ["a"], "CHANNELS_NOT_ALLOWED"],
    ["a streamer", streamer, "streamer", ["a"], null],
    ["a streamer", streamer, "moderator", [], "CHANNELS_REQUIRED"],
    ["a streamer", streamer, "admin", [], "ROLE_TOO_HIGH"],
    ["a streamer", streamer, "ops", [], "ROLE_TOO_HIGH"],
    ["a streamer", streamer, "developer", ["a"], "ROLE_TOO_HIGH"],
    ["a developer", developer, "viewer", ["a"], null],
    ["a developer", developer, "streamer", ["a"], "ROLE_TOO_HIGH"],
    ["a developer", developer, "moderator", ["a"], "ROLE_TOO_HIGH"],
    ["a developer", developer, "developer", [], "ROLE_TOO_HIGH"],
  ] as const)("%s (%j) the role %s on %j: %s", (_, giver, role, channelIds, type) => {
    expect(refusal(giver as never, { role, channelIds })).toBe(type);
  });
});
