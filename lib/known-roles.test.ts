import { expect, it, vi } from "vitest";
import type { Roles, ServedEvent } from "../contracts/api.ts";
import type { EventType, User } from "../contracts/unified-event.ts";
import { makeEvent, viewer } from "../test/fixtures/events.ts";
import { OutageError } from "./errors.ts";
import { KnownRoles, withRoles } from "./known-roles.ts";

const STREAM = "7300000000000000001";
let position = 0;
const entry = (type: EventType, n: number, roles: Partial<User> = {}, fields = {}) => ({
  id: `${++position}-0`,
  message: { event: makeEvent(type, { streamId: STREAM, user: { ...viewer(n), ...roles }, ...fields }) },
});
const everywhere = () => true;
const storage = (known: Record<string, Roles> = {}) =>
  vi.fn(async (_streamId: string, userIds: readonly string[], _through: string) =>
    userIds.flatMap((userId) => (known[userId] ? [{ userId, roles: known[userId] }] : [])),
  );
const inherited = (entries: readonly { message: { event: ServedEvent } }[]) =>
  entries.map(({ message }) => message.event.inherited);
const moderator = { isModerator: true, followRole: 0 };

it("is what a person told before in the same room, and nothing that comes later", async () => {
  const roles = new KnownRoles();
  const entries = [
    entry("LIKE", 1),
    entry("CHAT", 1, moderator),
    entry("LIKE", 1),
    entry("LIKE", 2),
    entry("CHAT", 1, { followRole: 0 }),
    entry("LIKE", 1),
  ];
  expect(inherited(await roles.attach(entries, everywhere, storage()))).toEqual([
    ...[undefined, undefined, { isModerator: true }, undefined, undefined, undefined],
  ]);
});

it("is asked of storage once for everybody who is new in a batch, as of the first of them", async () => {
  const roles = new KnownRoles();
  const ask = storage({ [viewer(2).userId]: { gifterLevel: 9 } });
  const entries = [entry("LIKE", 1), entry("LIKE", 2), entry("LIKE", 2)];
  expect(inherited(await roles.attach(entries, everywhere, ask))).toEqual([
    undefined,
    { gifterLevel: 9 },
    { gifterLevel: 9 },
  ]);
  expect(inherited(await roles.attach([entry("LIKE", 2)], everywhere, ask))).toEqual([{ gifterLevel: 9 }]);
  expect(ask.mock.calls).toEqual([[STREAM, [viewer(1).userId, viewer(2).userId], entries[0]?.id]]);
});

it("is asked again after a minute in which nothing was told", async () => {
  let now = 0;
  const roles = new KnownRoles(() => now);
  const ask = storage();
  for (now of [0, 59_000, 61_000]) await roles.attach([entry("LIKE", 1)], everywhere, ask);
  expect(ask).toHaveBeenCalledTimes(2);
  for (now of [100_000, 159_000]) await roles.attach([entry("CHAT", 1, moderator)], everywhere, ask);
  await roles.attach([entry("LIKE", 1)], everywhere, ask);
  expect(ask).toHaveBeenCalledTimes(2);
});

it("does not concern rooms that nobody listens to, nor replays", async () => {
  const ask = storage();
  const roles = new KnownRoles();
  await roles.attach([entry("LIKE", 1)], () => false, ask);
  await roles.attach([entry("LIKE", 1, {}, { source: "replay" })], everywhere, ask);
  expect(ask).not.toHaveBeenCalled();
});

it("asks anew for who told something while nobody listened", async () => {
  const roles = new KnownRoles();
  const ask = storage();
  await roles.attach([entry("CHAT", 1, moderator)], everywhere, ask);
  await roles.attach([entry("CHAT", 1, { isModerator: false, followRole: 0 })], () => false, ask);
  expect(inherited(await roles.attach([entry("LIKE", 1)], everywhere, ask))).toEqual([undefined]);
  expect(ask).toHaveBeenCalledTimes(2);
});

it("holds nothing up when storage does not answer: events go out without, and it rests", async () => {
  let now = 0;
  const roles = new KnownRoles(() => now);
  const ask = vi.fn(() => Promise.reject(new Error("away")));
  expect(await roles.attach([entry("LIKE", 1)], everywhere, ask)).toHaveLength(1);
  now = 1_000;
  await roles.attach([entry("CHAT", 1, moderator), entry("LIKE", 1)], everywhere, ask);
  expect(ask).toHaveBeenCalledTimes(1);
  now = 3_000;
  expect(
    inherited(await roles.attach([entry("LIKE", 1)], everywhere, storage({ [viewer(1).userId]: moderator }))),
  ).toEqual([{ isModerator: true }]);
});

it("keeps to a bound, and forgets when the tail may have missed something", async () => {
  const roles = new KnownRoles();
  const ask = storage();
  const crowd = Array.from({ length: 20_001 }, (_, n) => entry("LIKE", n));
  await roles.attach(crowd, everywhere, ask);
  await roles.attach([entry("LIKE", 0)], everywhere, ask);
  expect(ask).toHaveBeenCalledTimes(2); // the first one had to go
  await roles.attach([entry("LIKE", 20_000)], everywhere, ask);
  expect(ask).toHaveBeenCalledTimes(2);
  roles.forget();
  await roles.attach([entry("LIKE", 20_000)], everywhere, ask);
  expect(ask).toHaveBeenCalledTimes(3);
});

it("is found for a page of entries too, with one question", async () => {
  const ask = storage({ [viewer(1).userId]: { gifterLevel: 3 } });
  const items = [
    entry("LIKE", 1),
    entry("CHAT", 1, moderator),
    entry("LIKE", 1),
    entry("LIKE", 1, {}, { streamId: "8" }),
  ];
  const page = await withRoles(
    ask,
    STREAM,
    items.map(({ message }) => ({ event: message.event as ServedEvent })),
    "0-0",
  );
  expect(page.map(({ event }) => event.inherited)).toEqual([
    ...[{ gifterLevel: 3 }, { gifterLevel: 3 }, { isModerator: true, gifterLevel: 3 }, undefined],
  ]);
  expect(ask.mock.calls).toEqual([[STREAM, [viewer(1).userId], "0-0"]]);
});

it("holds up who must know as long as storage is away, and nobody for another fault", async () => {
  const roles = new KnownRoles();
  const attach = (ask: Parameters<KnownRoles["attach"]>[2]) =>
    roles.attach([entry("LIKE", 1)], everywhere, ask, { mustKnow: true });
  const away = () => Promise.reject(new OutageError("postgres"));
  for (let time = 0; time < 2; time++) await expect(attach(away)).rejects.toThrow(OutageError);
  expect(inherited(await attach(storage({ [viewer(1).userId]: moderator })))).toEqual([{ isModerator: true }]);
  const broken = () => Promise.reject(new Error("a defect"));
  await expect(
    new KnownRoles().attach([entry("LIKE", 1)], everywhere, broken, { mustKnow: true }),
  ).resolves.toHaveLength(1);
});
