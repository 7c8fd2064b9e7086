import { expect, it } from "vitest";
import type { ServedEvent } from "../contracts/api.ts";
import { eventTypes } from "../contracts/unified-event.ts";
import { fullEvent } from "../test/fixtures/events.ts";
import { maskEvent } from "./mask-event.ts";

const CANARY = "canary-of-a-person";

it.each(eventTypes)("%s tells nothing personal once it is masked", (type) => {
  const event = fullEvent(type, (path, personal) => (personal ? CANARY : path)) as ServedEvent;
  expect(JSON.stringify(event)).toContain(CANARY);
  const masked = maskEvent({ ...event, inherited: { isModerator: true } });
  expect(JSON.stringify(masked)).not.toContain(CANARY);
  expect(masked).toMatchObject({ eventId: event.eventId, eventType: type, user: null, masked: true });
  expect(masked).not.toHaveProperty("inherited");
});
