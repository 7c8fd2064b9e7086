import { expect, it } from "vitest";
import { gatewayAddress } from "./login-link.ts";

it.each([
  ["127.0.0.1", "http://127.0.0.1:3000"],
  ["0.0.0.0", "http://127.0.0.1:3000"],
  ["::", "http://[::1]:3000"],
  ["::1", "http://[::1]:3000"],
  ["ttlc.lan", "http://ttlc.lan:3000"],
])("a gateway listening on %s is found at %s", (API_HOST, address) => {
  expect(gatewayAddress({ API_HOST, API_PORT: 3000 })).toBe(address);
});
