import { expect, it } from "vitest";
import { assertUsername, InvalidUsernameError } from "./username.ts";

it.each(["mila", "@mila", "a.b_c", "Some.Streamer_24", "7286185139394235169", "x".repeat(24)])("%s may be", (name) => {
  expect(() => assertUsername(name, false)).not.toThrow();
});

it.each(["", "@", "a", "mila.", "mi la", "mila!", "../../etc", "mïla", "x".repeat(25), "@@mila"])(
  "%j cannot be, and the error says what can",
  (name) => {
    expect(() => assertUsername(name, false)).toThrow(InvalidUsernameError);
    expect(new InvalidUsernameError()).toMatchObject({ code: 400, type: "INVALID_USERNAME" });
    expect(new InvalidUsernameError().message).toMatch(/2 to 24 letters, digits, dots and underscores/);
  },
);

it("lets a simulated room be called what it likes", () => {
  expect(() => assertUsername("x".repeat(64), true)).not.toThrow();
  expect(() => assertUsername("../../etc", true)).toThrow(InvalidUsernameError);
});
