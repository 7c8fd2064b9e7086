import { expect, it } from "vitest";
import { originOf, rewrite } from "./hosts.ts";

it.each([
  ["www.tiktok.com", "https://www.tiktok.com"],
  ["mirror.example:8443", "https://mirror.example:8443"],
  ["127.0.0.1:4100", "http://127.0.0.1:4100"],
  ["0.0.0.0:4100", "http://0.0.0.0:4100"],
  ["localhost:4100", "http://localhost:4100"],
  ["[::1]:4100", "http://[::1]:4100"],
  ["[::ffff:127.0.0.1]:4100", "http://[::ffff:127.0.0.1]:4100"],
  ["192.168.1.9:80", "http://192.168.1.9:80"],
  ["172.16.0.1", "http://172.16.0.1"],
  ["172.32.0.1", "https://172.32.0.1"],
  ["simulator:4100", "http://simulator:4100"],
  ["http://mirror.example", "http://mirror.example"],
  ["https://127.0.0.1:4443", "https://127.0.0.1:4443"],
])("%s is reached at %s", (host, origin) => {
  expect(originOf(host)).toBe(origin);
});

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
