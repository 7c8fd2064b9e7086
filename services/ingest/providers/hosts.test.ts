import { expect, it } from "vitest";
import { rewrite } from "./hosts.ts";

const endpoints = { webHost: "127.0.0.1:4100", webcastHost: "http://simulator:4200" };
it.each([
  ["http://www.tiktok.com/@alice/live?x=1", "http://127.0.0.1:4100/@alice/live?x=1"],
  ["http://webcast.tiktok.com/webcast/room/info/", "http://simulator:4200/webcast/room/info/"],
  ["http://other.tiktok.com/a", "https://other.tiktok.com/a"],
  ["http://tiktok.com.example/a", "http://tiktok.com.example/a"],
])("%s goes to %s", (url, expected) => {
  expect(rewrite(new URL(url), endpoints).href).toBe(expected);
});

it("never sends TikTok's own hosts anything over plain http", () => {
  const tiktok = { webHost: "www.tiktok.com", webcastHost: "webcast.tiktok.com" };
  expect(rewrite(new URL("http://www.tiktok.com/@alice/live"), tiktok).href).toBe("https://www.tiktok.com/@alice/live");
});
